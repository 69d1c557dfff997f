using System.Net;
using System.Security.Authentication;

namespace Api.Egress;

/// <summary>Makes the clients for everything that the node itself calls. Nothing else in the node makes one.</summary>
internal sealed class EgressClients(EgressSettings settings, ResolveHost resolve, TimeProvider time)
{
    private const int HeaderKilobytes = 32;
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);

    /// <summary>The rules by themselves, for an address that is stored before it is called.</summary>
    public EgressRules Rules { get; } = new(settings);

    /// <summary>A client with connections of its own. Its answers are read as a whole when it hands them out.</summary>
    public HttpClient Create(EgressLimits limits)
    {
        var handler = new EgressHandler(Rules, limits, time, Sockets());
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = limits.BodyBytes };
    }

    /// <remarks>Connections are short-lived so that a name that moved is resolved, and checked, anew.</remarks>
    private SocketsHttpHandler Sockets() => new()
    {
        ConnectCallback = new PinnedConnector(Rules, resolve).ConnectAsync,
        ConnectTimeout = s_connect,
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        MaxResponseHeadersLength = HeaderKilobytes,
        MaxResponseDrainSize = 0,
        MaxConnectionsPerServer = 8,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        Credentials = null,
        PreAuthenticate = false,
        ActivityHeadersPropagator = null,
        SslOptions = { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
    };
}
