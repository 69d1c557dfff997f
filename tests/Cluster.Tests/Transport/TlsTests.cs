using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Cluster.Transport;
using Cluster.Transport.Frames;

namespace Cluster.Tests.Transport;

public sealed class TlsTests : IAsyncDisposable
{
    private const string ServerOnly = "1.3.6.1.5.5.7.3.1";
    private const string ClientOnly = "1.3.6.1.5.5.7.3.2";

    private const string BadChain = "certificate is invalid because of errors in the certificate chain";
    private const string HungUp = ""; // The refused side hears an end or a reset, whichever comes first.

    private readonly Members _members = new();
    private readonly TestCertificates _authority = new();
    private readonly TestCertificates _otherAuthority = new("Another authority");
    private readonly TestCertificates _namesake = new();
    private readonly List<TestNode> _nodes = [];

    [Fact]
    public async Task Nodes_with_certificates_of_one_authority_talk_in_both_directions()
    {
        var (caller, peer) = (await AddAsync(_authority.Good), await AddAsync(_authority.Good));
        (await caller.AskAsync(peer.Id, "sealed")).Answered("sealed"u8);
        (await peer.AskAsync(caller.Id, "and back")).Answered("and back"u8);
        var large = new byte[5 << 20];
        new Random(1).NextBytes(large);
        (await caller.AskAsync(peer.Id, large)).Answered(large);
    }

    [Fact]
    public async Task Thousands_of_calls_share_one_sealed_connection()
    {
        var (caller, peer) = (await AddAsync(_authority.Good), await AddAsync(_authority.Good));
        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(async i =>
        {
            var request = BitConverter.GetBytes(i);
            (await caller.AskAsync(peer.Id, request)).Answered(request);
        })).Soon();
    }

    [Fact]
    public async Task A_peer_with_a_certificate_of_another_authority_is_not_called_and_not_served()
    {
        var peer = await AddAsync(_authority.Good);
        foreach (var authority in new[] { _otherAuthority, _namesake })
        {
            var other = await AddAsync(authority.Good);
            await NotSentAsync(other, peer, BadChain);
            await NotSentAsync(peer, other, BadChain);
        }
    }

    [Fact]
    public async Task A_caller_with_a_certificate_of_another_authority_is_not_served_even_if_it_trusts_the_peer()
    {
        var peer = await AddAsync(_authority.Good);
        foreach (var authority in new[] { _otherAuthority, _namesake })
            await NotSentAsync(await AddAsync(authority.Good with { Authority = _authority.Authority }), peer, HungUp);
        await StillServesAsync(peer);
    }

    [Fact]
    public async Task A_peer_whose_certificate_has_expired_is_not_called_and_not_served()
    {
        var (good, expired) = (await AddAsync(_authority.Good), await AddAsync(_authority.Make(days: -1)));
        await NotSentAsync(good, expired, BadChain + ": NotTimeValid");
        await NotSentAsync(expired, good, HungUp);
    }

    [Fact]
    public async Task A_peer_whose_certificate_names_another_host_is_not_called()
    {
        var (caller, peer) = (await AddAsync(_authority.Good), await AddAsync(_authority.Make(["node7.example", "127.0.0.2"])));
        await NotSentAsync(caller, peer, "RemoteCertificateNameMismatch");
        (await peer.AskAsync(caller.Id, "x")).Answered("x"u8);
    }

    [Fact]
    public async Task A_certificate_counts_only_for_the_side_it_was_made_for()
    {
        var (server, client) = (await AddAsync(_authority.Make(purpose: ServerOnly)), await AddAsync(_authority.Make(purpose: ClientOnly)));
        (await client.AskAsync(server.Id, "x")).Answered("x"u8);
        await NotSentAsync(server, client, BadChain + ": NotValidForUsage");
    }

    [Fact]
    public async Task A_caller_without_a_certificate_is_not_served()
    {
        var peer = await AddAsync(_authority.Good);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, peer.Self.Port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await tls.AuthenticateAsClientAsync("localhost");
            await tls.WriteAsync(RawPeer.FrameOf(FrameKind.Hello, RawPeer.HelloOf(_members.Add(), peer.Self).ToBytes()));
            await tls.ReadExactlyAsync(new byte[1]).AsTask().Soon();
        });
        await StillServesAsync(peer);
    }

    [Fact]
    public async Task A_caller_without_tls_is_not_served()
    {
        var peer = await AddAsync(_authority.Good);
        await NotSentAsync(await AddAsync(null), peer, HungUp);
        await StillServesAsync(peer);
    }

    [Fact]
    public async Task A_peer_without_tls_is_not_called()
    {
        var plain = await AddAsync(null);
        await NotSentAsync(await AddAsync(_authority.Good), plain, "frame");
    }

    [Fact]
    public async Task A_certificate_does_not_stand_in_for_the_member_table()
    {
        var peer = await AddAsync(_authority.Good);
        var elsewhere = new Members();
        elsewhere.Set(peer.Self);
        await using var stranger = await TestNode.StartAsync(elsewhere, TestNode.Settings with { Tls = _authority.Good });
        (await stranger.AskAsync(peer.Id, "x")).Ended(PeerCallStatus.NotSent, "is not a member");
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("node7.example")]
    [InlineData("::")]
    public async Task Without_tls_a_node_does_not_listen_beyond_the_loopback(string host)
    {
        var refusal = await Assert.ThrowsAsync<TransportRefusedException>(
            () => TestNode.StartAsync(_members, TestNode.Settings with { Host = host }));
        Assert.Contains($"may listen on {host}, beyond the loopback, only with TLS", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_tls_a_node_listens_beyond_the_loopback()
    {
        var (caller, peer) = (await AddAsync(_authority.Good), await AddAsync(_authority.Good, "0.0.0.0"));
        (await caller.AskAsync(peer.Id, "x")).Answered("x"u8);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_not_what_it_should_be_refuses_the_start()
    {
        var good = _authority.Good;
        foreach (var bad in new[]
        {
            good with { Certificate = good.Certificate + ".missing" },
            good with { Key = good.Certificate },
            good with { Key = _otherAuthority.Good.Key },
            good with { Authority = good.Key },
        })
        {
            var refusal = await Assert.ThrowsAsync<TransportRefusedException>(
                () => TestNode.StartAsync(_members, TestNode.Settings with { Tls = bad }));
            Assert.DoesNotContain("BEGIN", refusal.Message, StringComparison.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _authority.Dispose();
        _otherAuthority.Dispose();
        _namesake.Dispose();
    }

    private static async Task NotSentAsync(TestNode caller, TestNode peer, string reason) =>
        (await caller.AskAsync(peer.Id, "x")).Ended(PeerCallStatus.NotSent, reason);

    private async Task StillServesAsync(TestNode peer) =>
        (await (await AddAsync(_authority.Good)).AskAsync(peer.Id, "good")).Answered("good"u8);

    private async Task<TestNode> AddAsync(TlsSettings? tls, string host = "127.0.0.1")
    {
        var node = await TestNode.StartAsync(_members, TestNode.Settings with { Tls = tls, Host = host });
        _nodes.Add(node);
        return node;
    }
}
