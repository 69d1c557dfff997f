using Api.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Api.Perimeter;

/// <summary>What the server takes from a connection before any of our code sees it. Every number is a bound.</summary>
internal static class Listener
{
    private static readonly TimeSpan s_headers = TimeSpan.FromSeconds(15);

    /// <summary>Longer than the pause after which balancers drop a connection, so that it is they who do.</summary>
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(130);

    /// <summary>A handshake that dawdles costs a connection and nothing else.</summary>
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second below which a body, or the reading of an answer, is given up (slow drips).</summary>
    private static readonly MinDataRate s_slowest = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Configure(KestrelServerOptions kestrel, HttpSettings http)
    {
        Framing.EndLinesProperly();
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = false;
        kestrel.AllowHostHeaderOverride = false;
        Bound(kestrel.Limits, http);
        if (http.Perimeter.IsTls) UseTls(kestrel, http.Perimeter);
    }

    private static void Bound(KestrelServerLimits limits, HttpSettings http)
    {
        limits.MaxRequestBodySize = http.MaxBodyBytes;
        limits.MaxRequestHeadersTotalSize = http.MaxHeaderBytes;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestLineSize = 8 << 10;
        limits.RequestHeadersTimeout = s_headers;
        limits.KeepAliveTimeout = s_keepAlive;
        limits.MinRequestBodyDataRate = s_slowest;
        limits.MinResponseDataRate = s_slowest;
        limits.MaxConcurrentConnections = http.Perimeter.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = http.Perimeter.MaxConnections;
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.MaxRequestHeaderFieldSize = Math.Min(http.MaxHeaderBytes, 32 << 10);
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    /// <summary>Every listener speaks TLS but the file socket of the node's own worker, which never leaves the machine.</summary>
    private static void UseTls(KestrelServerOptions kestrel, PerimeterSettings perimeter)
    {
        var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            if (listen.SocketPath is not null) return;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(certificate.Options()),
                HandshakeTimeout = s_handshake,
            });
        });
    }
}
