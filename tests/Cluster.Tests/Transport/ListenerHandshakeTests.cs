using Cluster.Transport;
using Cluster.Transport.Frames;
using Cluster.Transport.Handshakes;
using Cluster.Transport.Serving;

namespace Cluster.Tests.Transport;

/// <summary>Who connects to a node without being one of its peers.</summary>
public sealed class ListenerHandshakeTests : IAsyncLifetime
{
    private readonly Members _members = new();
    private TestNode _node = null!;
    private Peer _self = null!;
    private RawPeer _raw = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(_members);
        _self = _members.Add();
        _raw = await RawPeer.ConnectAsync(_node.Self.Port);
    }

    public async Task DisposeAsync()
    {
        // Whatever happened, the node goes on.
        await using (var good = await TestNode.StartAsync(_members))
            (await good.AskAsync(_node.Id, "still there")).Answered("still there"u8);
        await _raw.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public Task A_member_is_let_in() => _raw.ShakeHandsAsync(_self, _node.Self);

    [Theory]
    [InlineData(2, 5)]
    [InlineData(0, 0)]
    [InlineData(7, 3)]
    public async Task A_node_that_speaks_no_common_version_is_refused(int min, int max)
    {
        var hello = RawPeer.HelloOf(_self, _node.Self, (ushort)min, (ushort)max);
        await _raw.SendAsync(FrameKind.Hello, hello.ToBytes());
        await _raw.ExpectRefusalAsync($"no common protocol version: {min} to {max} by product 1.2.3, 1 to 1 here by product {Protocol.Product}");
    }

    [Fact]
    public async Task A_later_version_that_still_speaks_this_one_is_let_in_whatever_its_hello_has_more()
    {
        byte[] hello = [.. RawPeer.HelloOf(_self, _node.Self, 1, 9).ToBytes(), 1, 2, 3];
        await _raw.SendAsync(FrameKind.Hello, hello);
        var challenge = await _raw.ExpectAsync(FrameKind.Challenge);
        Assert.Equal(1, Challenge.Read(challenge).Version);
        await _raw.SendAsync(FrameKind.Proof, Proof.OfDialer(_self, _node.Self, hello, challenge));
        await _raw.ExpectAsync(FrameKind.Accepted);
    }

    [Fact]
    public async Task A_node_that_is_no_member_is_refused()
    {
        var stranger = Members.NewPeer();
        await _raw.SendAsync(FrameKind.Hello, RawPeer.HelloOf(stranger, _node.Self).ToBytes());
        await _raw.ExpectRefusalAsync($"node {stranger.NodeId} is not a member");
        Assert.Equal(1, _node.View.Refreshes);
    }

    [Fact]
    public async Task A_node_that_looks_for_another_one_here_is_refused()
    {
        var other = _members.Add();
        await _raw.SendAsync(FrameKind.Hello, RawPeer.HelloOf(_self, other).ToBytes());
        await _raw.ExpectRefusalAsync($"node {other.NodeId} is not here");
    }

    [Fact]
    public async Task Nobody_gets_in_under_the_nodes_own_name()
    {
        await _raw.SendAsync(FrameKind.Hello, RawPeer.HelloOf(_node.Self, _node.Self).ToBytes());
        await _raw.ExpectRefusalAsync("is not a member");
    }

    [Fact]
    public Task Who_does_not_know_the_nodes_key_is_refused() =>
        ProveAsync((hello, challenge) => Proof.OfDialer(_self, _node.Self with { Key = new byte[32] }, hello, challenge));

    [Fact]
    public Task Who_takes_a_members_name_without_its_key_is_refused() =>
        ProveAsync((hello, challenge) => Proof.OfDialer(_self with { Key = new byte[32] }, _node.Self, hello, challenge));

    [Fact]
    public Task The_listeners_own_kind_of_proof_is_refused() =>
        ProveAsync((hello, challenge) => Proof.OfListener(_self, _node.Self, hello, challenge));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public Task A_proof_of_another_length_is_refused(int length) =>
        ProveAsync((hello, challenge) => [.. Proof.OfDialer(_self, _node.Self, hello, challenge).Concat(new byte[2]).Take(length)]);

    [Fact]
    public async Task A_proof_that_was_seen_is_worth_nothing_in_another_connection()
    {
        await using var first = await RawPeer.ConnectAsync(_node.Self.Port);
        var (hello, challenge) = await first.BeginAsync(_self, _node.Self);
        var proof = Proof.OfDialer(_self, _node.Self, hello, challenge);
        await first.SendAsync(FrameKind.Proof, proof);
        await first.ExpectAsync(FrameKind.Accepted);

        await _raw.SendAsync(FrameKind.Hello, hello);
        Assert.NotEqual(challenge, await _raw.ExpectAsync(FrameKind.Challenge));
        await _raw.SendAsync(FrameKind.Proof, proof);
        await _raw.ExpectRefusalAsync("the proof of knowing the member table is wrong");
    }

    [Fact]
    public async Task A_member_without_a_usable_key_is_refused()
    {
        _members.Set(_self with { Key = new byte[16] });
        await _raw.BeginAsync(_self, _node.Self);
        await _raw.SendAsync(FrameKind.Proof, new byte[32]);
        await _raw.ExpectRefusalAsync("no usable key");
    }

    [Fact]
    public async Task A_request_before_the_handshake_is_refused()
    {
        await _raw.SendAsync(FrameKind.Request, [1], service: 1, id: 1);
        await _raw.ExpectRefusalAsync("not a node's handshake");
    }

    [Fact]
    public async Task A_request_in_place_of_the_proof_is_refused()
    {
        await _raw.BeginAsync(_self, _node.Self);
        await _raw.SendAsync(FrameKind.Request, [1], service: 1, id: 1);
        await _raw.ExpectRefusalAsync("not a node's handshake");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")]
    public async Task Garbage_is_refused(string text)
    {
        await _raw.SendBytesAsync([.. text.Select(c => (byte)c)]);
        await _raw.ExpectRefusalAsync("not a node's handshake");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(72)]
    public async Task A_hello_that_is_cut_off_is_refused(int length)
    {
        await _raw.SendAsync(FrameKind.Hello, RawPeer.HelloOf(_self, _node.Self).ToBytes()[..length]);
        await _raw.ExpectRefusalAsync("not a node's hello");
    }

    [Fact]
    public async Task A_hello_with_a_product_version_beyond_its_end_is_refused()
    {
        var hello = RawPeer.HelloOf(_self, _node.Self).ToBytes();
        hello[72] = 250;
        await _raw.SendAsync(FrameKind.Hello, hello);
        await _raw.ExpectRefusalAsync("the product version is malformed");
    }

    [Fact]
    public async Task A_connection_that_ends_within_the_hello_is_refused()
    {
        await _raw.SendBytesAsync(RawPeer.FrameOf(FrameKind.Hello, RawPeer.HelloOf(_self, _node.Self).ToBytes())[..40]);
        _raw.EndSending();
        await _raw.ExpectRefusalAsync("ended within the handshake");
    }

    [Theory]
    [InlineData(Protocol.MaxFrameBytes + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_hello_that_claims_an_impossible_length_is_refused(int length)
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(length, FrameKind.Hello, 0, 0).Write(header);
        await _raw.SendBytesAsync(header);
        await _raw.ExpectRefusalAsync("not a node's handshake");
    }

    [Fact]
    public async Task A_handshake_that_drips_ends_at_the_time_out()
    {
        await using var node = await TestNode.StartAsync(_members, TestNode.Settings with { HandshakeTimeout = TimeSpan.FromMilliseconds(400) });
        await using var slow = await RawPeer.ConnectAsync(node.Self.Port);
        var closed = slow.ExpectClosedAsync();
        var frame = RawPeer.FrameOf(FrameKind.Hello, RawPeer.HelloOf(_self, node.Self).ToBytes());
        var sent = 0;
        while (!closed.IsCompleted && sent < frame.Length)
        {
            await TrySendAsync(slow, frame[sent++]);
            await Task.WhenAny(closed, Task.Delay(100));
        }

        await closed;
        Assert.True(sent < frame.Length, "All of the hello was taken.");
    }

    [Fact]
    public async Task Only_so_many_strangers_are_listened_to_at_once()
    {
        var strangers = new List<RawPeer>();
        for (var i = 0; i < Listener.MaxStrangers; i++)
            strangers.Add(await RawPeer.ConnectAsync(_node.Self.Port));
        await using (var oneTooMany = await RawPeer.ConnectAsync(_node.Self.Port))
            await oneTooMany.ExpectClosedAsync();
        foreach (var stranger in strangers)
            await stranger.DisposeAsync();
        await using var good = await TestNode.StartAsync(_members);
        Assert.Equal("x", await good.AskUntilAnsweredAsync(_node.Id, "x"));
    }

    [Fact]
    public async Task Who_stops_being_a_member_while_it_shakes_hands_is_not_served()
    {
        var (hello, challenge) = await _raw.BeginAsync(_self, _node.Self);
        _members.Table.TryRemove(_self.NodeId, out _);
        _node.Peers.Drop(_self.NodeId);
        await _raw.SendAsync(FrameKind.Proof, Proof.OfDialer(_self, _node.Self, hello, challenge));
        await _raw.ExpectAsync(FrameKind.Accepted);
        await _raw.ExpectClosedAsync();
    }

    private static async Task TrySendAsync(RawPeer peer, byte one)
    {
        try
        {
            await peer.SendBytesAsync([one]);
        }
        catch (IOException)
        {
            // It was closed, which is what is waited for.
        }
    }

    private async Task ProveAsync(Func<byte[], byte[], byte[]> prove)
    {
        var (hello, challenge) = await _raw.BeginAsync(_self, _node.Self);
        await _raw.SendAsync(FrameKind.Proof, prove(hello, challenge));
        await _raw.ExpectRefusalAsync("the proof of knowing the member table is wrong");
    }
}
