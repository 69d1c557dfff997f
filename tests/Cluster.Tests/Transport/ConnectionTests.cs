using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cluster.Kit;
using Cluster.Transport;
using Cluster.Transport.Frames;
using Kit;

namespace Cluster.Tests.Transport;

/// <summary>Connections that come, break and come back.</summary>
public sealed class ConnectionTests : IAsyncDisposable
{
    private readonly Members _members = new();
    private readonly HeldService _held = new();
    private readonly List<TestNode> _nodes = [];

    [Fact]
    public async Task A_call_to_a_process_that_is_killed_is_lost()
    {
        var caller = await AddAsync();
        var self = Members.NewPeer();
        await using var child = ChildProcess.Start(typeof(TransportChild).Assembly.Location, TransportChild.Arguments(self, caller.Self));
        var port = int.Parse((await child.ReadLineAsync(CancellationToken.None))!, CultureInfo.InvariantCulture);
        _members.Set(self with { Port = port });

        var calls = Enumerable.Range(0, 10).Select(_ => caller.AskAsync(self.NodeId, "x")).ToArray();
        Assert.Equal(TransportChild.Arrived, await child.ReadLineAsync(CancellationToken.None));
        child.Kill();
        Assert.All(await Task.WhenAll(calls).Soon(), reply => Assert.Equal(PeerCallStatus.Lost, reply.Status));
        await child.ExitCodeAsync(CancellationToken.None);
        Assert.Equal(PeerCallStatus.NotSent, await NextStatusAsync(caller, self.NodeId));
    }

    [Fact]
    public async Task A_call_is_not_sent_when_nobody_listens()
    {
        var caller = await AddAsync();
        var gone = _members.Add(FreePort());
        (await caller.AskAsync(gone.NodeId, "x")).Ended(PeerCallStatus.NotSent, "refused");
    }

    [Fact]
    public async Task A_call_hears_at_once_that_the_last_dial_failed_and_a_later_one_dials_again()
    {
        var caller = await AddAsync();
        var late = _members.Add(FreePort());
        (await caller.AskAsync(late.NodeId, "x")).Ended(PeerCallStatus.NotSent, "refused");
        var again = caller.Peers.AskAsync(late.NodeId, 1, 0, static (_, _) => { }, TimeSpan.FromSeconds(60), CancellationToken.None);
        (await again).Ended(PeerCallStatus.NotSent, "refused");

        await AddAsync(self: late, settings: TestNode.Settings with { Port = late.Port });
        Assert.Equal("x", await caller.AskUntilAnsweredAsync(late.NodeId, "x"));
    }

    [Fact]
    public async Task A_call_is_not_sent_to_a_peer_that_does_not_shake_hands()
    {
        var caller = await AddAsync(TestNode.Settings with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var peer = _members.Add(((IPEndPoint)silent.LocalEndpoint).Port);
        (await caller.AskAsync(peer.NodeId, "x")).Ended(PeerCallStatus.NotSent, "the handshake did not end within 0.2 s");
    }

    [Fact]
    public async Task A_call_waits_for_a_connection_no_longer_than_its_own_time()
    {
        var caller = await AddAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var peer = _members.Add(((IPEndPoint)silent.LocalEndpoint).Port);
        (await caller.AskAsync(peer.NodeId, [1], timeout: TimeSpan.FromMilliseconds(200)))
            .Ended(PeerCallStatus.NotSent, "there was no connection in time");
    }

    [Fact]
    public async Task Only_so_many_calls_wait_for_a_connection()
    {
        var caller = await AddAsync(TestNode.Settings with { MaxInFlight = 2 });
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var peer = _members.Add(((IPEndPoint)silent.LocalEndpoint).Port);
        var waiting = new[] { caller.AskAsync(peer.NodeId, "x"), caller.AskAsync(peer.NodeId, "x") };
        (await caller.AskAsync(peer.NodeId, "x")).Ended(PeerCallStatus.NotSent, "too many calls wait for a connection");
        caller.Peers.Drop(peer.NodeId);
        Assert.All(await Task.WhenAll(waiting).Soon(), reply => Assert.Equal(PeerCallStatus.NotSent, reply.Status));
    }

    [Fact]
    public async Task A_peer_that_lets_a_node_in_and_out_again_is_not_dialled_without_a_pause()
    {
        var caller = await AddAsync(time: new ManualTime());
        var peer = Members.NewPeer();
        var connections = 0;
        await using var listener = new ScriptedListener(async raw =>
        {
            connections++;
            await raw.WelcomeAsync(caller.Self, peer);
        });
        _members.Set(peer with { Port = listener.Port });
        for (var i = 0; i < 50; i++)
        {
            using var reply = await caller.AskAsync(peer.NodeId, "x");
            Assert.NotEqual(PeerCallStatus.Answered, reply.Status);
        }

        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task A_call_to_a_node_that_is_no_member_is_not_sent()
    {
        var caller = await AddAsync();
        (await caller.AskAsync(Guid.NewGuid(), "x")).Ended(PeerCallStatus.NotSent, "is not a member");
        (await caller.AskAsync(caller.Id, "x")).Ended(PeerCallStatus.NotSent, "is this node");
        Assert.Equal(1, caller.View.Refreshes);
    }

    [Fact]
    public async Task A_node_that_joined_a_moment_ago_is_looked_for_by_both_sides()
    {
        var (caller, peer) = (await AddAsync(), await AddAsync());
        caller.View.Hide(peer.Id);
        peer.View.Hide(caller.Id);
        (await caller.AskAsync(peer.Id, "x")).Answered("x"u8);
        Assert.Equal((1, 1), (caller.View.Refreshes, peer.View.Refreshes));
    }

    [Fact]
    public async Task Dropping_a_peer_loses_its_calls_and_closes_the_connections_of_both_directions()
    {
        var (caller, peer) = (await AddAsync(), await AddAsync());
        var call = caller.AskAsync(peer.Id, "x", HeldService.Number);
        await _held.ArrivedAsync();
        var back = peer.AskAsync(caller.Id, "y", HeldService.Number);
        await _held.ArrivedAsync();

        _members.Table.TryRemove(peer.Id, out _);
        caller.Peers.Drop(peer.Id);
        (await call).Ended(PeerCallStatus.Lost, "the peer has left");
        Assert.Equal(PeerCallStatus.Lost, (await back).Status);
        await _held.Cancelled.Task.Soon();
        (await caller.AskAsync(peer.Id, "x")).Ended(PeerCallStatus.NotSent, "is not a member");
        Assert.Equal(PeerCallStatus.NotSent, await NextStatusAsync(peer, caller.Id));
    }

    [Fact]
    public async Task Dropping_a_peer_that_is_not_known_does_nothing() => (await AddAsync()).Peers.Drop(Guid.NewGuid());

    [Fact]
    public async Task A_node_that_starts_again_on_the_same_port_is_another_node()
    {
        var (caller, before) = (await AddAsync(), await AddAsync());
        (await caller.AskAsync(before.Id, "x")).Answered("x"u8);
        await before.DisposeAsync();

        var after = await AddAsync(TestNode.Settings with { Port = before.Self.Port });
        Assert.Equal("y", await caller.AskUntilAnsweredAsync(after.Id, "y"));
        await AskUntilAsync(caller, before.Id, $"node {before.Id} is not here");
        (await after.AskAsync(caller.Id, "back")).Answered("back"u8);
    }

    [Fact]
    public async Task A_node_answers_what_it_is_handling_when_it_stops()
    {
        var (caller, peer) = (await AddAsync(), await AddAsync());
        var call = caller.AskAsync(peer.Id, "x", HeldService.Number);
        await _held.ArrivedAsync();
        var stopping = peer.Peers.StopAsync(CancellationToken.None);
        _held.Release();
        (await call).Answered("x"u8);
        await stopping.Soon();
        Assert.Equal(PeerCallStatus.NotSent, await NextStatusAsync(caller, peer.Id));
        (await peer.AskAsync(caller.Id, "x")).Ended(PeerCallStatus.NotSent, "the node stops");
    }

    [Fact]
    public async Task Calls_are_lost_when_their_own_node_stops()
    {
        var (caller, peer) = (await AddAsync(), await AddAsync());
        var call = caller.AskAsync(peer.Id, "x", HeldService.Number);
        await _held.ArrivedAsync();
        await caller.Peers.StopAsync(CancellationToken.None).Soon();
        (await call).Ended(PeerCallStatus.Lost, "the node stops");
    }

    [Fact]
    public async Task A_node_that_is_not_started_sends_nothing()
    {
        var caller = new Peers(
            TestNode.Settings, new MembersView(_members, Members.NewPeer()), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Peers>.Instance);
        (await caller.AskAsync(_members.Add().NodeId, 1, 0, static (_, _) => { }, TimeSpan.FromSeconds(1), CancellationToken.None))
            .Ended(PeerCallStatus.NotSent, "not started");
        await caller.DisposeAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_refuses_the_start()
    {
        var first = await AddAsync();
        var refusal = await Assert.ThrowsAsync<TransportRefusedException>(
            () => AddAsync(TestNode.Settings with { Port = first.Self.Port }));
        Assert.Contains($"cannot listen on 127.0.0.1:{first.Self.Port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_connection_of_a_node_takes_the_place_of_an_older_one()
    {
        var peer = await AddAsync();
        var self = _members.Add();
        await using var first = await RawPeer.ConnectAsync(peer.Self.Port);
        await first.ShakeHandsAsync(self, peer.Self);

        // What is answered is served: only then is this the older one for sure.
        await first.SendAsync(FrameKind.Request, [1, 2], service: 1, id: 6);
        Assert.Equal([1, 2], await first.ExpectAsync(FrameKind.Reply));
        await using var second = await RawPeer.ConnectAsync(peer.Self.Port);
        await second.ShakeHandsAsync(self, peer.Self);

        await first.ExpectClosedAsync();
        await second.SendAsync(FrameKind.Request, [1, 2], service: 1, id: 7);
        Assert.Equal([1, 2], await second.ExpectAsync(FrameKind.Reply));
    }

    [Fact]
    public async Task A_connection_on_which_nothing_is_sent_is_pinged_by_either_side()
    {
        var settings = TestNode.Settings with { PingEvery = TimeSpan.FromMilliseconds(200) };
        var peer = await AddAsync(settings);
        await using var raw = await RawPeer.ConnectAsync(peer.Self.Port);
        await raw.ShakeHandsAsync(_members.Add(), peer.Self);
        for (var i = 0; i < 3; i++)
            Assert.Empty(await raw.ExpectAsync(FrameKind.Ping));
    }

    [Fact]
    public async Task A_connection_on_which_nothing_is_heard_is_closed()
    {
        var time = new ManualTime();
        var peer = await AddAsync(TestNode.Settings with { Silence = TimeSpan.FromSeconds(6) }, time: time);
        await using var raw = await RawPeer.ConnectAsync(peer.Self.Port);
        await raw.ShakeHandsAsync(_members.Add(), peer.Self);
        for (ulong id = 0; id < 5; id++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await raw.SendAsync(FrameKind.Ping, []);
            await raw.SendAsync(FrameKind.Request, [], service: 1, id);
            Assert.Equal(id, (await raw.ReadAsync(except: FrameKind.Ping))!.Value.Header.Id);
        }

        time.Advance(TimeSpan.FromSeconds(7));
        await raw.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_call_to_a_peer_of_which_nothing_is_heard_is_lost()
    {
        var time = new ManualTime();
        var (caller, peer) = (await AddAsync(TestNode.Settings with { Silence = TimeSpan.FromSeconds(6) }, time: time), await AddAsync());
        var call = caller.AskAsync(peer.Id, "x", HeldService.Number);
        await _held.ArrivedAsync();
        time.Advance(TimeSpan.FromSeconds(7));
        (await call).Ended(PeerCallStatus.Lost, "nothing was heard for 6 s");
    }

    public async ValueTask DisposeAsync()
    {
        _held.Release();
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Of a call after a connection broke: it may still have met the end of it.</summary>
    private static async Task<PeerCallStatus> NextStatusAsync(TestNode caller, Guid nodeId)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var reply = await caller.AskAsync(nodeId, "x");
            if (reply.Status != PeerCallStatus.Lost || attempt == 100)
                return reply.Status;
        }
    }

    private static async Task AskUntilAsync(TestNode caller, Guid nodeId, string reason)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var reply = await caller.AskAsync(nodeId, Encoding.UTF8.GetBytes("x"));
            if (reply.Reason?.Contains(reason, StringComparison.Ordinal) == true)
                return;
            Assert.True(attempt < 500, $"{reply.Status}: {reply.Reason}");
            await Task.Delay(20);
        }
    }

    private async Task<TestNode> AddAsync(TransportSettings? settings = null, Peer? self = null, TimeProvider? time = null)
    {
        var node = await TestNode.StartAsync(_members, settings, time, self, TestService.Echo, _held);
        _nodes.Add(node);
        return node;
    }
}
