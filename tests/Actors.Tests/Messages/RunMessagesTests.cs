using System.Buffers;
using System.Text;
using Actors.Runs;
using Actors.Tests.Support;
using Cluster.Entities;

namespace Actors.Tests.Messages;

/// <summary>What is particular to messages with bodies.</summary>
public sealed class RunMessagesTests
{
    private const string Dataclip =
        """{"command":"report","attempt":1,"from":0,"reports":[{"report":"complete","at":"2026-01-01T00:00:15+00:00","reason":"success","errorType":null,"errorMessage":null,"finalState":{"id":"00000003-0000-0000-0000-000000000000","type":"global","body":BODY,"request":REQUEST},"finalDataclipId":null}]}""";

    private static readonly RunMessages Messages = new();

    [Fact]
    public void A_body_is_sent_as_it_is()
    {
        var command = new RunCommand.Create(ARun.Plan, ARun.Output(ARun.InputId));
        var bytes = Encode(command, new ArrayBufferWriter<byte>()).ToArray();
        Assert.Equal([10, 0, 0, 0, .. """{"data":1}"""u8], bytes[^14..]);
    }

    [Fact]
    public void A_body_of_ten_megabytes_is_copied_once_each_way()
    {
        var body = new byte[10 * 1024 * 1024];
        new Random(1).NextBytes(body);
        var to = new ArrayBufferWriter<byte>(body.Length + 4096);
        var command = new RunCommand.Create(ARun.Plan, new DataclipBody(ARun.InputId, DataclipType.Global, body, null));
        Back(new RunCommand.Create(ARun.Plan, ARun.Output(ARun.InputId)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var bytes = Encode(command, to);
        var between = GC.GetAllocatedBytesForCurrentThread();
        var back = (RunCommand.Create)Messages.DecodeCommand(bytes);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(back.Input!.Body.Span.SequenceEqual(body));
        Assert.InRange(between - before, 0, 100_000);
        Assert.InRange(after - between, body.Length, body.Length + 100_000);
    }

    [Fact]
    public void What_is_decoded_does_not_refer_to_the_buffer()
    {
        var bytes = Encode(new RunCommand.Create(ARun.Plan, ARun.Output(ARun.InputId)), new ArrayBufferWriter<byte>()).ToArray();
        var back = (RunCommand.Create)Messages.DecodeCommand(bytes);
        Array.Clear(bytes);
        Assert.Equal("""{"data":1}"""u8.ToArray(), back.Input!.Body.ToArray());
    }

    [Fact]
    public void Blobs_of_later_fields_are_skipped()
    {
        var report = (RunCommand.Report)Decode("1", "3", [0], [1], [2], [3], [4]);
        var state = ((RunReport.Complete)report.Reports[0]).FinalState!;
        Assert.Equal([1], state.Body.ToArray());
        Assert.Equal([3], state.Request!.Value.ToArray());
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("1", "0")]
    [InlineData("0", "2")]
    [InlineData("-1", "0")]
    [InlineData("0", "2147483647")]
    [InlineData("0", "2147483648")]
    [InlineData("0.5", "1")]
    [InlineData("null", "1")]
    [InlineData("\"AQ==\"", "1")]
    [InlineData("[0]", "1")]
    public void A_blob_is_named_once_and_in_order(string body, string request) =>
        Assert.Throws<UnreadableMessageException>(() => Decode(body, request, [1], [2]));

    [Fact]
    public void A_message_that_cannot_be_written_leaves_nothing_for_the_next()
    {
        var faulty = new RunCommand.Report(1, 0, [ARun.StepComplete(ARun.Output(ARun.OutputA)), null!, new Unheard()]);
        Assert.ThrowsAny<Exception>(() => Encode(faulty, new ArrayBufferWriter<byte>()));
        Assert.Equal(new RunCommand.Claim("w"), Back(new RunCommand.Claim("w")));
    }

    [Fact]
    public void Large_messages_follow_each_other()
    {
        var log = new RunCommand.Report(1, 0, [.. Enumerable.Range(0, 5000).Select(number => ARun.Log($"line {number}"))]);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(log.Reports.ToArray(), ((RunCommand.Report)Back(log)).Reports.ToArray());
        }
    }

    [Fact]
    public void Half_a_character_can_be_sent() =>
        Assert.Equal(new RunCommand.Claim("a\uFFFDb"), Back(new RunCommand.Claim("a\uD800b")));

    private static object Decode(string body, string request, params byte[][] blobs)
    {
        var json = Dataclip.Replace("BODY", body, StringComparison.Ordinal).Replace("REQUEST", request, StringComparison.Ordinal);
        return Messages.DecodeCommand(Message.Frame(Encoding.UTF8.GetBytes(json), blobs));
    }

    private static object Back(RunCommand command) => Messages.DecodeCommand(Encode(command, new ArrayBufferWriter<byte>()));

    private static ReadOnlyMemory<byte> Encode(RunCommand command, ArrayBufferWriter<byte> to)
    {
        Messages.EncodeCommand(to, command);
        return to.WrittenMemory;
    }

    private sealed record Unheard() : RunReport(Sample.At(0));
}
