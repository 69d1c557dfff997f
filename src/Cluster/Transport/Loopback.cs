using System.Net;

namespace Cluster.Transport;

/// <summary>Which hosts are surely this machine. A name other than localhost is not, whatever it resolves to today.</summary>
internal static class Loopback
{
    public static bool Includes(string host) =>
        IsLocalhost(host) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    public static bool IsLocalhost(string host) => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase);
}
