using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Cluster.Transport;

namespace Cluster.Tests.Transport;

/// <summary>Which name a peer's certificate has to carry.</summary>
public sealed class CertificateNameTests : IDisposable
{
    private const string Shared = "node.cluster.internal";
    private readonly TestCertificates _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(null, Shared)]
    [InlineData(Shared, "f3b1c2d4e5a6")]
    [InlineData(Shared, "10.20.30.40")]
    public async Task A_peer_with_the_expected_name_is_spoken_to(string? expected, string dialled) =>
        await ConnectAsync(expected, dialled);

    [Theory]
    [InlineData(null, "f3b1c2d4e5a6")]
    [InlineData("another.cluster.internal", Shared)]
    public async Task A_peer_with_another_name_is_refused(string? expected, string dialled) =>
        await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(expected, dialled));

    private async Task ConnectAsync(string? expected, string dialled)
    {
        using var tls = TransportTls.Load(_authority.Make([Shared]) with { PeerName = expected });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var dialer = new TcpClient();
        await dialer.ConnectAsync((IPEndPoint)listener.LocalEndpoint, limit.Token);
        using var accepted = await listener.AcceptTcpClientAsync(limit.Token);
        var serving = tls.AsServerAsync(accepted.GetStream(), limit.Token);
        try
        {
            await using var client = await tls.AsClientAsync(dialer.GetStream(), dialled, limit.Token);
            await using var server = await serving;
        }
        finally
        {
            dialer.Dispose();
            await serving.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }
}
