using System.Buffers;
using Cluster.Transport;
using Cluster.Transport.Frames;

namespace Cluster.Tests.Transport;

public sealed class BoundTests : IAsyncDisposable
{
    private readonly Members _members = new();
    private readonly HeldService _held = new();
    private readonly List<TestNode> _nodes = [];

    [Fact]
    public async Task Calls_beyond_the_bound_are_not_sent_and_there_is_room_again_after_a_reply()
    {
        var (caller, peer) = await StartAsync(TestNode.Settings with { MaxInFlight = 3 });
        var calls = Enumerable.Range(0, 3).Select(_ => caller.AskAsync(peer.Id, "x", HeldService.Number)).ToArray();
        for (var i = 0; i < calls.Length; i++)
            await _held.ArrivedAsync();

        (await caller.AskAsync(peer.Id, "x")).Ended(PeerCallStatus.NotSent, "too many calls");
        _held.Release();
        Assert.All(await Task.WhenAll(calls).Soon(), reply => reply.Answered("x"u8));
        (await caller.AskAsync(peer.Id, "x")).Answered("x"u8);
    }

    [Fact]
    public async Task Bytes_beyond_the_bound_are_not_sent()
    {
        var (caller, peer) = await StartAsync(TestNode.Settings with { MaxFrameBytes = 10_000, MaxInFlightBytes = 10_000 });
        var call = caller.AskAsync(peer.Id, new byte[9_000], HeldService.Number);
        await _held.ArrivedAsync();

        (await caller.AskAsync(peer.Id, new byte[1_001])).Ended(PeerCallStatus.NotSent, "too many bytes");
        (await SentAsync(caller, peer, new byte[1_000])).Answered(new byte[1_000]);
        _held.Release();
        (await call).Answered(new byte[9_000]);
        (await SentAsync(caller, peer, new byte[10_000])).Answered(new byte[10_000]);
    }

    /// <summary>What has arrived may still count as queued for a moment, until the sender has heard that it is gone.</summary>
    private static async Task<PeerReply> SentAsync(TestNode caller, TestNode peer, byte[] body)
    {
        for (var left = 1_000; ; left--)
        {
            var reply = await caller.AskAsync(peer.Id, body);
            if (left == 0 || reply is not { Status: PeerCallStatus.NotSent, Reason: { } reason } || !reason.Contains("queued", StringComparison.Ordinal))
                return reply;
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task A_request_larger_than_a_frame_is_not_sent()
    {
        var (caller, peer) = await StartAsync(TestNode.Settings with { MaxFrameBytes = 5_000 });
        (await caller.AskAsync(peer.Id, new byte[5_001])).Ended(PeerCallStatus.NotSent, "5000 bytes");
        (await caller.AskAsync(peer.Id, new byte[5_000])).Answered(new byte[5_000]);
    }

    [Fact]
    public async Task A_reply_larger_than_a_frame_fails_the_call()
    {
        var (caller, peer) = await StartAsync(TestNode.Settings with { MaxFrameBytes = 5_000 });
        (await caller.AskAsync(peer.Id, "x", service: 3)).Ended(PeerCallStatus.Failed, "5000 bytes");
        (await caller.AskAsync(peer.Id, "x")).Answered("x"u8);
    }

    [Fact]
    public async Task A_frame_larger_than_the_peer_allows_loses_the_call_with_its_connection()
    {
        var caller = await AddAsync(TestNode.Settings);
        var peer = await AddAsync(TestNode.Settings with { MaxFrameBytes = 5_000 });
        using var reply = await caller.AskAsync(peer.Id, new byte[6_000]);
        Assert.Equal(PeerCallStatus.Lost, reply.Status);
        Assert.Equal("x", await caller.AskUntilAnsweredAsync(peer.Id, "x"));
    }

    [Fact]
    public async Task A_node_handles_only_so_many_requests_of_a_peer_at_once_and_all_of_them_in_the_end()
    {
        var caller = await AddAsync(TestNode.Settings);
        var peer = await AddAsync(TestNode.Settings with { MaxInFlight = 4 });
        var calls = Enumerable.Range(0, 50).Select(_ => caller.AskAsync(peer.Id, "x", HeldService.Number)).ToArray();
        for (var i = 0; i < 4; i++)
            await _held.ArrivedAsync();
        await Task.Delay(100);
        Assert.Equal(4, _held.Handling);

        _held.Release();
        Assert.All(await Task.WhenAll(calls).Soon(), reply => reply.Answered("x"u8));
        Assert.Equal(50, _held.Handling);
    }

    [Fact]
    public async Task A_node_handles_only_so_many_bytes_of_a_peer_at_once()
    {
        var caller = await AddAsync(TestNode.Settings);
        var peer = await AddAsync(TestNode.Settings with { MaxFrameBytes = 10_000, MaxInFlightBytes = 10_000 });
        var calls = Enumerable.Range(0, 20).Select(_ => caller.AskAsync(peer.Id, new byte[6_000], HeldService.Number)).ToArray();
        await _held.ArrivedAsync();
        await _held.ArrivedAsync();
        await Task.Delay(100);
        Assert.Equal(2, _held.Handling);

        _held.Release();
        Assert.All(await Task.WhenAll(calls).Soon(), reply => reply.Answered(new byte[6_000]));
    }

    [Fact]
    public async Task A_peer_that_asks_and_does_not_read_the_replies_is_not_served_without_end()
    {
        var replied = 0;
        var large = new TestService(4, (_, _, reply, _) =>
        {
            Interlocked.Increment(ref replied);
            reply.Write(new byte[100_000]);
            return ValueTask.CompletedTask;
        });
        var peer = await AddAsync(TestNode.Settings with { MaxFrameBytes = 200_000, MaxInFlightBytes = 200_000 }, large, TestService.Echo);
        var self = _members.Add();
        await using var raw = await RawPeer.ConnectAsync(peer.Self.Port);
        await raw.ShakeHandsAsync(self, peer.Self);
        const int Asked = 2_000;
        for (ulong id = 0; id < Asked; id++)
            await raw.SendAsync(FrameKind.Request, [], service: 4, id);

        await Task.Delay(300);
        Assert.True(Volatile.Read(ref replied) < Asked, "The replies of all requests were made.");
        for (var i = 0; i < Asked; i++)
            Assert.Equal(100_000, (await raw.ReadAsync(except: FrameKind.Ping))!.Value.Payload.Length);
    }

    public async ValueTask DisposeAsync()
    {
        _held.Release();
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private async Task<(TestNode Caller, TestNode Peer)> StartAsync(TransportSettings settings) =>
        (await AddAsync(settings), await AddAsync(settings));

    private async Task<TestNode> AddAsync(TransportSettings settings, params IPeerService[] services)
    {
        var large = new TestService(3, (_, _, reply, _) =>
        {
            reply.Write(new byte[5_001]);
            return ValueTask.CompletedTask;
        });
        var node = await TestNode.StartAsync(
            _members, settings, services: services.Length > 0 ? services : [TestService.Echo, _held, large]);
        _nodes.Add(node);
        return node;
    }
}
