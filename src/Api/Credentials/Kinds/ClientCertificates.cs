using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Api.Credentials.Kinds;

/// <summary>Certificates that a client shows in TLS: PEM, with the key that belongs to it, not encrypted.</summary>
internal static class ClientCertificates
{
    public static void Check(BodyFields fields, DateTimeOffset now)
    {
        if (Parse(fields.Value("certificate")!) is not { } certificate)
        {
            fields.Unless(false, "certificate", "must be a certificate in PEM");
            return;
        }

        using (certificate)
        {
            fields.Unless(certificate.NotAfter.ToUniversalTime() > now.UtcDateTime, "certificate", "must not have expired");
        }

        fields.Unless(
            Fits(fields.Value("certificate")!, fields.Value("privateKey")!), "privateKey",
            "must be the certificate's own private key (RSA or ECDSA) in PEM, not encrypted");
        fields.Unless(fields.Value("ca") is not { } ca || Parse(ca) is not null, "ca", "must be a certificate in PEM");
    }

    /// <summary>When the certificate ends; null for a body without one.</summary>
    public static DateTimeOffset? ExpiryOf(BodyFields fields)
    {
        if (fields.Value("certificate") is not { } pem || Parse(pem) is not { } certificate) return null;
        using (certificate) return new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
    }

    private static X509Certificate2? Parse(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool Fits(string certificate, string key)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, key);
            return pair.HasPrivateKey;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
