using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Kit;
using Cluster.Transport;

namespace Cluster.Tests.Transport;

/// <summary>A certificate authority and what it signed, as files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private int _made;

    public TestCertificates(string name = "Test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        Authority = _folder.File("authority.pem");
        File.WriteAllText(Authority, _root.ExportCertificatePem());
    }

    /// <summary>Path of the root's certificate.</summary>
    public string Authority { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public TlsSettings Good => Make();

    /// <param name="names">DNS names or addresses that the certificate is for.</param>
    /// <param name="days">Until it expires; negative for one that has.</param>
    /// <param name="purpose">Extended key usage; null for both sides of TLS.</param>
    public TlsSettings Make(string[]? names = null, int days = 10, string? purpose = null)
    {
        var (certificate, key) = (_folder.File($"{_made}.pem"), _folder.File($"{_made++}.key"));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(NamesOf(names ?? ["127.0.0.1", "localhost"]));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [.. (purpose is null ? ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"] : new[] { purpose }).Select(oid => new Oid(oid))], false));
        using var signed = request.Create(_root, Now.AddDays(-20), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(certificate, signed.ExportCertificatePem());
        File.WriteAllText(key, own.ExportPkcs8PrivateKeyPem());
        return new TlsSettings(certificate, key, Authority);
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    private static X509Extension NamesOf(string[] names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                builder.AddIpAddress(address);
            else
                builder.AddDnsName(name);
        }

        return builder.Build();
    }
}
