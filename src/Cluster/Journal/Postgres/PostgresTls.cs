using System.Net;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>Events and rows leave this machine only to a server whose certificate and name were checked.</summary>
internal static class PostgresTls
{
    /// <exception cref="StoreRefusedException">The server is on another machine and would not be checked.</exception>
    public static void Require(NpgsqlConnectionStringBuilder connection, bool allowInsecure)
    {
        if (allowInsecure || connection.SslMode == SslMode.VerifyFull || IsHere(connection.Host))
            return;
        throw new StoreRefusedException(
            $"The connection to '{connection.Host}' has SSL mode {connection.SslMode}; " +
            "a server on another machine needs VerifyFull, or insecure connections have to be allowed.");
    }

    private static bool IsHere(string? hosts) =>
        (hosts ?? "").Split(',', StringSplitOptions.TrimEntries).All(IsLoopback);

    // A path is a Unix socket.
    private static bool IsLoopback(string host) =>
        host.StartsWith('/') ||
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
        (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
