using System.Buffers;
using Cluster.Transport.Frames;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Tests.Transport;

public sealed class FrameReaderTests
{
    private const int MaxPayload = 2_000;

    [Fact]
    public void Frames_are_read_back_however_their_bytes_are_cut() =>
        Prop.ForAll<byte[][], int>((payloads, seed) =>
        {
            var frames = payloads.Select((payload, i) => (Header: HeaderOf(payload, i), Payload: payload)).ToList();
            var bytes = frames.SelectMany(
                frame => RawPeer.FrameOf(frame.Header.Kind, frame.Payload, frame.Header.Service, frame.Header.Id)).ToArray();
            var read = ReadAll(bytes, new Random(seed), out var end);
            return end == FrameRead.Incomplete
                && read.Count == frames.Count
                && read.Zip(frames).All(pair => pair.First.Header == pair.Second.Header && pair.First.Payload.SequenceEqual(pair.Second.Payload));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bytes_are_frames_or_refused_and_never_more_than_there_are(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            for (var i = 1; i + 2 < bytes.Length && round % 2 == 0; i += 3)
                bytes[i] = bytes[i + 1] = 0; // Lengths that are now and then small enough.
            var frames = ReadAll(bytes, random, out _);
            Assert.True(frames.Sum(frame => frame.Payload.Length + FrameHeader.Size) <= bytes.Length, $"seed {seed}, round {round}");
            Assert.All(frames, frame => Assert.InRange(frame.Header.Length, 0, MaxPayload));
        }
    }

    [Theory]
    [InlineData(0, FrameRead.Complete)]
    [InlineData(MaxPayload, FrameRead.Complete)]
    [InlineData(MaxPayload + 1, FrameRead.TooLarge)]
    [InlineData(int.MaxValue, FrameRead.TooLarge)]
    [InlineData(-1, FrameRead.TooLarge)]
    [InlineData(int.MinValue, FrameRead.TooLarge)]
    public void A_length_is_judged_before_its_bytes_are_waited_for(int length, object expected)
    {
        var bytes = new byte[FrameHeader.Size + MaxPayload];
        new FrameHeader(length, FrameKind.Request, 0, 0).Write(bytes);
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.Equal((FrameRead)expected, FrameReader.TryRead(ref buffer, MaxPayload, out _, out _));
    }

    [Fact]
    public void A_frame_that_is_not_whole_is_left_alone()
    {
        var frame = RawPeer.FrameOf(FrameKind.Reply, [1, 2, 3]);
        for (var length = 0; length < frame.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(frame, 0, length);
            Assert.Equal(FrameRead.Incomplete, FrameReader.TryRead(ref buffer, MaxPayload, out _, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    private static FrameHeader HeaderOf(byte[] payload, int i) =>
        new(payload.Length, (FrameKind)(i % 256), (byte)payload.Length, ulong.MaxValue / (ulong)(i + 1));

    /// <summary>Reads as a connection does: bytes come in pieces, what is left of one read is in front of the next.</summary>
    private static List<(FrameHeader Header, byte[] Payload)> ReadAll(byte[] bytes, Random random, out FrameRead end)
    {
        var frames = new List<(FrameHeader, byte[])>();
        var (start, arrived) = (0, 0);
        while (true)
        {
            var buffer = Cut(bytes.AsMemory(start, arrived - start), random);
            end = FrameReader.TryRead(ref buffer, MaxPayload, out var header, out var payload);
            if (end == FrameRead.Complete)
                frames.Add((header, payload.ToArray()));
            else if (end == FrameRead.TooLarge || arrived == bytes.Length)
                return frames;
            else
                arrived += random.Next(1, bytes.Length - arrived + 1);
            start += end == FrameRead.Complete ? FrameHeader.Size + header.Length : 0;
        }
    }

    private static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, Random random)
    {
        var first = new Piece(default, 0);
        var last = first;
        while (!bytes.IsEmpty)
        {
            var length = random.Next(1, bytes.Length + 1);
            last = last.Append(bytes[..length]);
            bytes = bytes[length..];
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long at)
        {
            Memory = memory;
            RunningIndex = at;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
