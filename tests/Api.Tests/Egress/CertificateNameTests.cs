using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Api.Egress;

namespace Api.Tests.Egress;

/// <summary>The name is looked for in the certificate although it is an address that is dialled.</summary>
public sealed class CertificateNameTests
{
    [Fact]
    public async Task The_name_goes_into_the_handshake_and_a_certificate_nobody_vouches_for_ends_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.True(EgressException.TryParse($"provider.example:{port}", out var exception));
        var clients = new EgressClients(
            new EgressSettings([exception]), static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), TimeProvider.System);
        using var client = clients.Create(EgressLimits.Default);

        var asked = AskedNameAsync(listener);
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"https://provider.example:{port}/")));

        Assert.Equal("provider.example", await asked);
        Assert.IsType<AuthenticationException>(fault.InnerException);
    }

    private static async Task<string> AskedNameAsync(TcpListener listener)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=provider.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        var name = "";
        try
        {
            await stream.AuthenticateAsServerAsync(
                (_, hello, _, _) =>
                {
                    name = hello.ServerName;
                    return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate });
                },
                null,
                CancellationToken.None);
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException)
        {
            // The client does not want it.
        }

        return name;
    }
}
