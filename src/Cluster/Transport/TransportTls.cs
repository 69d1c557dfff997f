using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Transport;

/// <summary>
/// Mutual TLS between nodes. Only the configured authority counts, not those of the machine. The dialer also requires that
/// the certificate names the host it dialled, or the one name that all nodes were given.
/// </summary>
internal sealed class TransportTls : IDisposable
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _authority;
    private readonly SslStreamCertificateContext _shown;
    private readonly string? _peerName;

    private TransportTls(
        X509Certificate2 certificate, X509Certificate2Collection intermediates, X509Certificate2Collection authority, string? peerName)
    {
        _peerName = peerName;
        _certificate = certificate;
        _authority = authority;
        _shown = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <exception cref="TransportRefusedException">A file is missing or is not what it should be.</exception>
    public static TransportTls Load(TlsSettings settings)
    {
        try
        {
            var authority = new X509Certificate2Collection();
            authority.ImportFromPemFile(settings.Authority);
            if (authority.Count == 0)
                throw new TransportRefusedException($"The transport's authority {settings.Authority} holds no certificate.");
            var intermediates = new X509Certificate2Collection();
            intermediates.ImportFromPemFile(settings.Certificate);
            var certificate = X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key);
            return new TransportTls(certificate, intermediates, authority, settings.PeerName);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TransportRefusedException(
                $"The transport's TLS files {settings.Certificate}, {settings.Key} and {settings.Authority} cannot be used: {e.Message}", e);
        }
    }

    public Task<Stream> AsClientAsync(Stream inner, string host, CancellationToken cancellationToken) =>
        AuthenticateAsync(inner, (stream, token) => stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = _peerName ?? host,
                ClientCertificateContext = _shown,
                EnabledSslProtocols = Protocols,
                AllowTlsResume = false, // Every connection shows its certificates again.
                CertificateChainPolicy = Policy(),
            },
            token), cancellationToken);

    public Task<Stream> AsServerAsync(Stream inner, CancellationToken cancellationToken) =>
        AuthenticateAsync(inner, (stream, token) => stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _shown,
                ClientCertificateRequired = true,
                EnabledSslProtocols = Protocols,
                AllowTlsResume = false,
                CertificateChainPolicy = Policy(),
            },
            token), cancellationToken);

    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var root in _authority)
            root.Dispose();
    }

    // Revocation is by taking the member out of the table: an authority of a few nodes has no service to ask.
    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authority);
        return policy;
    }

    private static async Task<Stream> AuthenticateAsync(
        Stream inner, Func<SslStream, CancellationToken, Task> authenticate, CancellationToken cancellationToken)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await authenticate(stream, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
