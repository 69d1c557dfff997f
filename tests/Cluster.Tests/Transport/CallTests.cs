using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Cluster.Transport;
using Kit;

namespace Cluster.Tests.Transport;

public sealed class CallTests : IAsyncLifetime
{
    private readonly Members _members = new();
    private readonly HeldService _held = new();
    private TestNode _caller = null!;
    private TestNode _peer = null!;

    public async Task InitializeAsync()
    {
        _caller = await TestNode.StartAsync(_members);
        _peer = await TestNode.StartAsync(_members, services: [TestService.Echo, _held, Throwing, FromWhom]);
    }

    public async Task DisposeAsync()
    {
        _held.Release();
        await _caller.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [Fact]
    public async Task A_call_brings_the_reply_of_the_service_and_both_nodes_may_call_each_other()
    {
        (await _caller.AskAsync(_peer.Id, "there")).Answered("there"u8);
        (await _peer.AskAsync(_caller.Id, "and back")).Answered("and back"u8);
        (await _caller.AskAsync(_peer.Id, "")).Answered([]);
    }

    [Fact]
    public async Task A_service_is_told_which_node_asks()
    {
        (await _caller.AskAsync(_peer.Id, "who am I", service: 63)).Answered(Encoding.UTF8.GetBytes(_caller.Id.ToString()));
    }

    [Fact]
    public async Task Ten_thousand_calls_at_once_each_get_their_own_reply()
    {
        var calls = Enumerable.Range(0, 10_000).Select(i => Task.Run(async () =>
        {
            var request = new byte[4 + (i % 300)];
            BinaryPrimitives.WriteInt32LittleEndian(request, i);
            (await _caller.AskAsync(_peer.Id, request)).Answered(request);
        }));
        await Task.WhenAll(calls).Soon();
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(64 << 20)]
    public async Task A_large_request_brings_a_large_reply(int bytes)
    {
        var request = new byte[bytes];
        new Random(bytes).NextBytes(request);
        (await _caller.AskAsync(_peer.Id, request)).Answered(request);
    }

    [Fact]
    public async Task A_slow_request_does_not_hold_up_those_behind_it()
    {
        var slow = _caller.AskAsync(_peer.Id, "slow", HeldService.Number);
        await _held.ArrivedAsync();
        for (var i = 0; i < 100; i++)
            (await _caller.AskAsync(_peer.Id, $"quick {i}")).Answered(Encoding.UTF8.GetBytes($"quick {i}"));
        Assert.False(slow.IsCompleted);
        _held.Release();
        (await slow).Answered("slow"u8);
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("later")]
    public async Task A_service_that_throws_fails_its_call_and_no_other(string when)
    {
        (await _caller.AskAsync(_peer.Id, when, service: 2)).Ended(PeerCallStatus.Failed, "the peer's service failed: InvalidOperationException");
        (await _caller.AskAsync(_peer.Id, "fine")).Answered("fine"u8);
    }

    [Fact]
    public async Task What_a_failed_service_says_stays_on_its_node()
    {
        using var reply = await _caller.AskAsync(_peer.Id, "at once", service: 2);
        Assert.DoesNotContain("secret", reply.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    public async Task A_service_that_is_not_there_fails_the_call(byte service) =>
        (await _caller.AskAsync(_peer.Id, "x", service)).Ended(PeerCallStatus.Failed, "no such service");

    [Fact]
    public async Task A_call_that_is_given_up_is_lost_and_not_sent_if_it_was_given_up_before()
    {
        using var giveUp = new CancellationTokenSource();
        var call = _caller.AskAsync(_peer.Id, [1], HeldService.Number, cancellationToken: giveUp.Token);
        await _held.ArrivedAsync();
        await giveUp.CancelAsync();
        (await call).Ended(PeerCallStatus.Lost, "the caller stopped waiting");
        (await _caller.AskAsync(_peer.Id, [1], cancellationToken: giveUp.Token)).Ended(PeerCallStatus.NotSent, "the caller stopped waiting");
    }

    [Fact]
    public async Task A_call_is_lost_when_its_time_is_up_and_the_late_reply_is_nobody_elses()
    {
        var time = new ManualTime();
        await using var caller = await TestNode.StartAsync(_members, time: time);
        var call = caller.AskAsync(_peer.Id, "late", HeldService.Number, TimeSpan.FromSeconds(5));
        await _held.ArrivedAsync();
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.3));
        (await call).Ended(PeerCallStatus.Lost, "the time was up");

        _held.Release();
        for (var i = 0; i < 10; i++)
            (await caller.AskAsync(_peer.Id, $"next {i}")).Answered(Encoding.UTF8.GetBytes($"next {i}"));
    }

    [Fact]
    public async Task A_call_without_time_is_not_sent() =>
        (await _caller.AskAsync(_peer.Id, "x", timeout: TimeSpan.Zero)).Ended(PeerCallStatus.NotSent, "the time was up");

    [Fact]
    public async Task What_the_writer_of_a_request_throws_reaches_the_caller_and_nobody_else()
    {
        (await _caller.AskAsync(_peer.Id, "connected")).Answered("connected"u8);
        await Assert.ThrowsAsync<FormatException>(async () => await _caller.Peers.AskAsync(
            _peer.Id, 1, 0, static (writer, _) => Refuse(writer), TimeSpan.FromSeconds(60), CancellationToken.None));
        (await _caller.AskAsync(_peer.Id, "fine")).Answered("fine"u8);

        static void Refuse(IBufferWriter<byte> writer)
        {
            writer.Write("half of a req"u8);
            throw new FormatException();
        }
    }

    [Fact]
    public async Task A_writer_may_itself_call()
    {
        (await _caller.AskAsync(_peer.Id, "connected")).Answered("connected"u8);
        Task<PeerReply>? inner = null;
        using var outer = await _caller.Peers.AskAsync(
            _peer.Id,
            1,
            0,
            (writer, _) =>
            {
                writer.Write("out"u8);
                inner = _caller.AskAsync(_peer.Id, "inner");
                writer.Write("er"u8);
            },
            TimeSpan.FromSeconds(60),
            CancellationToken.None);
        outer.Answered("outer"u8);
        (await inner!).Answered("inner"u8);
    }

    [Fact]
    public async Task A_reply_may_be_disposed_twice()
    {
        var replies = new List<PeerReply>();
        for (var i = 0; i < 50; i++)
        {
            var reply = await _caller.AskAsync(_peer.Id, $"number {i}");
            var copy = reply;
            if (i % 2 == 0)
            {
                reply.Dispose();
                copy.Dispose();
            }
            else
            {
                replies.Add(reply);
            }
        }

        Assert.Equal(
            Enumerable.Range(0, 25).Select(i => $"number {(2 * i) + 1}"),
            replies.Select(reply => Encoding.UTF8.GetString(reply.Payload.Span)));
    }

    private static TestService Throwing => new(2, async (_, request, reply, _) =>
    {
        reply.Write("half of an answer"u8);
        if (request.Span.SequenceEqual("later"u8))
            await Task.Yield();
        throw new InvalidOperationException("secret");
    });

    private static TestService FromWhom => new(63, (from, _, reply, _) =>
    {
        reply.Write(Encoding.UTF8.GetBytes(from.ToString()));
        return ValueTask.CompletedTask;
    });
}
