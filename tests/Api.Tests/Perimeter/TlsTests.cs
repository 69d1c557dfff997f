using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Api.Perimeter;
using Api.Tests.Fixtures;
using Cluster.Kit;
using Kit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Api.Tests.Perimeter;

public sealed class TlsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private TestNode _node = null!;

    private string Certificate => _folder.File("node.crt");

    private string Key => _folder.File("node.key");

    private Uri Address => _node.Open.BaseAddress!;

    public async Task InitializeAsync()
    {
        Write("first.example");
        _node = await TestNode.StartAsync(settings => settings with
        {
            Http = settings.Http with
            {
                Perimeter = settings.Http.Perimeter with { Certificate = Certificate, CertificateKey = Key },
            },
        }, isSetUp: false);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task It_speaks_tls(SslProtocols protocol) => Assert.Equal(protocol, (await ShakeHandsAsync(protocol)).Protocol);

#pragma warning disable SYSLIB0039, CS0618 // Old protocols are what is refused here.
    [Theory]
    [InlineData(SslProtocols.Tls)]
    [InlineData(SslProtocols.Tls11)]
    public async Task It_speaks_no_old_tls(SslProtocols protocol) =>
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(protocol));
#pragma warning restore SYSLIB0039, CS0618

    [Fact]
    public async Task It_speaks_no_plain_http_and_redirects_nobody()
    {
        var received = await RawHttp.SendAsync(Address, "GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.DoesNotContain("HTTP/1.1 200", received, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 3", received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task It_answers_over_both_versions_and_asks_for_tls_from_then_on(string version)
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/version"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (response.StatusCode, response.Version));
        Assert.Equal("max-age=31536000; includeSubDomains", response.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart()
    {
        Assert.Equal("CN=first.example", (await ShakeHandsAsync(SslProtocols.Tls13)).Subject);
        var time = new ManualTime();
        var certificate = Of(Certificate, time);
        certificate.Load();

        Write("second.example");
        Assert.Equal("CN=first.example", Shown(certificate));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("CN=second.example", Shown(certificate));

        await File.WriteAllTextAsync(Certificate, "half a certi");
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("CN=second.example", Shown(certificate));
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_refuses_the_start()
    {
        var fault = Assert.Throws<CertificateRefusedException>(Of(_folder.File("none.crt"), new ManualTime()).Load);
        Assert.Contains("http.certificate ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("http.certificate-key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_socket_serves_the_own_worker_and_nothing_else()
    {
        var addresses = _node.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var file = addresses.Single(address => address.StartsWith("http://unix:", StringComparison.Ordinal))["http://unix:".Length..];
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(file), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("http://localhost/version"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("http://localhost/v1/projects"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(new Uri("http://localhost/worker/websocket"))).StatusCode);
    }

    private ServerCertificate Of(string file, TimeProvider time) => new(
        PerimeterSettings.Default with { Certificate = file, CertificateKey = Key }, time, NullLogger<ServerCertificate>.Instance);

    private static string Shown(ServerCertificate certificate) =>
        certificate.Options().ServerCertificateContext!.TargetCertificate.Subject;

    private async Task<(SslProtocols Protocol, string Subject)> ShakeHandsAsync(SslProtocols protocol)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        return (stream.SslProtocol, stream.RemoteCertificate!.Subject);
    }

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }
}
