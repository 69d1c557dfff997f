using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Api.Perimeter;

/// <summary>
/// The certificate that clients see. Its files are looked at during handshakes, once a minute at most: a renewed one is
/// shown on new connections without a restart, and open ones stay. Files that do not fit together yet are left for the next look.
/// </summary>
internal sealed partial class ServerCertificate(PerimeterSettings settings, TimeProvider time, ILogger<ServerCertificate> logger)
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMinutes(1);
    private readonly Lock _looking = new();
    private volatile Loaded? _loaded;
    private long _lookedAt;

    /// <summary>TLS 1.2 and 1.3 (ASVS 5.0, 12.1.1), in the ciphers that the machine's own policy allows.</summary>
    public SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = Current().Shown,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
    };

    /// <exception cref="CertificateRefusedException">The files cannot be read or are not what they should be.</exception>
    public void Load() => _loaded = Read();

    private Loaded Current()
    {
        var loaded = _loaded ?? throw new InvalidOperationException("The certificate was not loaded.");
        if (time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < s_lookEvery || !_looking.TryEnter()) return loaded;
        try
        {
            Volatile.Write(ref _lookedAt, time.GetTimestamp());
            return _loaded = Renewed(loaded);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private Loaded Renewed(Loaded loaded)
    {
        try
        {
            var (certificate, key) = ReadFiles();
            if (certificate == loaded.Certificate && key == loaded.Key) return loaded;
            var renewed = Make(certificate, key);
            LogRenewed(settings.Certificate, renewed.Shown.TargetCertificate.NotAfter.ToUniversalTime());
            return renewed;
        }
        catch (CertificateRefusedException fault)
        {
            LogNotRenewed(fault.Message);
            return loaded;
        }
    }

    private Loaded Read()
    {
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
        var (certificate, key) = ReadFiles();
        return Make(certificate, key);
    }

    /// <remarks>By content: the time of a link, as secret stores mount them, says nothing of the file behind it.</remarks>
    private (string Certificate, string Key) ReadFiles()
    {
        try
        {
            return (File.ReadAllText(settings.Certificate), File.ReadAllText(settings.CertificateKey));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Refused(fault);
        }
    }

    private Loaded Make(string certificate, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            return new Loaded(
                certificate, key, SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificate, key), chain, offline: true));
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw Refused(fault);
        }
    }

    private CertificateRefusedException Refused(Exception fault) => new(
        $"The files of http.certificate ({settings.Certificate}) and http.certificate-key ({settings.CertificateKey}) cannot be used: {fault.Message}",
        fault);

    [LoggerMessage(3300, LogLevel.Information, "The certificate in {File} was renewed; it is good until {NotAfter:O}")]
    private partial void LogRenewed(string file, DateTime notAfter);

    [LoggerMessage(3301, LogLevel.Warning, "The certificate before is still shown. {Reason}")]
    private partial void LogNotRenewed(string reason);

    private sealed record Loaded(string Certificate, string Key, SslStreamCertificateContext Shown);
}

/// <summary>The message is for operators and holds nothing of the key.</summary>
internal sealed class CertificateRefusedException(string message, Exception cause) : Exception(message, cause);
