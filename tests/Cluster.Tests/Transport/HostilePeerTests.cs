using System.Net.Sockets;
using Cluster.Transport;
using Cluster.Transport.Frames;

namespace Cluster.Tests.Transport;

/// <summary>A member that has shaken hands and then sends what it must not: its connection ends, and nothing else.</summary>
public sealed class HostilePeerTests : IAsyncLifetime
{
    private readonly Members _members = new();
    private TestNode _node = null!;
    private TestNode _good = null!;
    private readonly HeldService _held = new();
    private Peer _self = null!;
    private Task<PeerReply> _before = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(_members, services: [TestService.Echo, _held]);
        _good = await TestNode.StartAsync(_members);
        _self = _members.Add();
        _before = _good.AskAsync(_node.Id, "before", HeldService.Number);
        await _held.ArrivedAsync();
    }

    public async Task DisposeAsync()
    {
        // The good peer's connection of before is still there: with a broken one this call would be lost.
        _held.Release();
        (await _before).Answered("before"u8);
        (await _good.AskAsync(_node.Id, "after")).Answered("after"u8);
        await _good.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Theory]
    [InlineData(FrameKind.Hello)]
    [InlineData(FrameKind.Reply)]
    [InlineData(FrameKind.Error)]
    [InlineData((FrameKind)0)]
    [InlineData((FrameKind)255)]
    public async Task A_frame_that_has_no_place_closes_the_connection(object kind)
    {
        await using var raw = await LetInAsync();
        await raw.SendAsync((FrameKind)kind, [1, 2, 3]);
        await raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_ping_that_carries_something_closes_the_connection()
    {
        await using var raw = await LetInAsync();
        await raw.SendAsync(FrameKind.Ping, [1]);
        await raw.ExpectClosedAsync();
    }

    [Theory]
    [InlineData((64 << 20) + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task A_length_beyond_the_bound_closes_the_connection(int length)
    {
        await using var raw = await LetInAsync();
        var header = new byte[FrameHeader.Size];
        new FrameHeader(length, FrameKind.Request, 1, 1).Write(header);
        await raw.SendBytesAsync(header);
        await raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_connection_that_ends_within_a_frame_is_closed()
    {
        await using var raw = await LetInAsync();
        await raw.SendBytesAsync(RawPeer.FrameOf(FrameKind.Request, new byte[100], service: 1)[..50]);
        raw.EndSending();
        await raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task Requests_that_arrive_byte_by_byte_are_answered()
    {
        await using var raw = await LetInAsync();
        foreach (var one in RawPeer.FrameOf(FrameKind.Request, [1, 2, 3], service: 1, id: 5))
            await raw.SendBytesAsync([one]);
        Assert.Equal([1, 2, 3], await raw.ExpectAsync(FrameKind.Reply));
    }

    [Fact]
    public async Task Replies_that_nobody_asked_for_end_no_call()
    {
        var peer = Members.NewPeer();
        await using var listener = new ScriptedListener(async raw =>
        {
            await raw.WelcomeAsync(_node.Self, peer);
            var (header, payload) = (await raw.ReadAsync(except: FrameKind.Ping))!.Value;
            foreach (var id in new[] { header.Id + 1, header.Id ^ (1UL << 32), header.Id ^ (1UL << 63), 0UL, ulong.MaxValue })
                await raw.SendAsync(FrameKind.Reply, [9], id: id);
            await raw.SendAsync(FrameKind.Reply, payload, id: header.Id);
            await raw.SendAsync(FrameKind.Reply, [9], id: header.Id);
            await raw.ReadAsync(except: FrameKind.Ping);
        });
        _members.Set(peer with { Port = listener.Port });
        (await _node.AskAsync(peer.NodeId, "mine")).Answered("mine"u8);
        _node.Peers.Drop(peer.NodeId);
    }

    [Theory]
    [InlineData(FrameKind.Request, 0)]
    [InlineData(FrameKind.Accepted, 32)]
    [InlineData(FrameKind.Error, 301)]
    public async Task A_peer_that_answers_with_what_has_no_place_loses_its_calls(object kind, int length)
    {
        var peer = Members.NewPeer();
        await using var listener = new ScriptedListener(async raw =>
        {
            await raw.WelcomeAsync(_node.Self, peer);
            var (header, _) = (await raw.ReadAsync(except: FrameKind.Ping))!.Value;
            await raw.SendAsync((FrameKind)kind, new byte[length], id: header.Id);
            await raw.ExpectClosedAsync();
        });
        _members.Set(peer with { Port = listener.Port });
        (await _node.AskAsync(peer.NodeId, "x")).Ended(PeerCallStatus.Lost, "no place here");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Flipped_bytes_on_living_connections_hurt_nobody_else(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            await using var raw = await LetInAsync();
            var bytes = Enumerable.Range(0, 20)
                .SelectMany(i => RawPeer.FrameOf(FrameKind.Request, new byte[random.Next(200)], service: 1, (ulong)i)).ToArray();
            for (var flips = random.Next(1, 10); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await SendInPiecesAsync(raw, bytes, random);
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Flipped_bytes_within_handshakes_hurt_nobody_else(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            await using var raw = await RawPeer.ConnectAsync(_node.Self.Port);
            var hello = RawPeer.FrameOf(FrameKind.Hello, RawPeer.HelloOf(_self, _node.Self).ToBytes());
            byte[] bytes = [.. hello, .. RawPeer.FrameOf(FrameKind.Proof, new byte[32])];
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await SendInPiecesAsync(raw, bytes, random);
        }
    }

    private static async Task SendInPiecesAsync(RawPeer raw, byte[] bytes, Random random)
    {
        try
        {
            for (var at = 0; at < bytes.Length;)
            {
                var length = random.Next(1, bytes.Length - at + 1);
                await raw.SendBytesAsync(bytes[at..(at + length)]);
                at += length;
            }

            // Until it is closed for what it sent, or here: what it sent may also be a frame that never ends.
            raw.EndSending();
            while (await raw.ReadAsync() is not null)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed by the node, as it should be.
        }
    }

    private async Task<RawPeer> LetInAsync()
    {
        var raw = await RawPeer.ConnectAsync(_node.Self.Port);
        await raw.ShakeHandsAsync(_self, _node.Self);
        return raw;
    }
}
