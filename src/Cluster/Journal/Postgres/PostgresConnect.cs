using System.Net.Sockets;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>Opens connections, again and again with growing pauses while the server is away, up to a bound.</summary>
internal sealed class PostgresConnect(TimeSpan bound, string name, TimeProvider time)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    /// <exception cref="JournalUnavailableException">The server refuses, or was not reached in time.</exception>
    public async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource source, Func<NpgsqlConnection, Task> prepare, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested(); // A connection from a pool comes without asking.
        var start = time.GetTimestamp();
        for (var pause = s_firstPause; ; pause = Longer(pause))
        {
            try
            {
                return await OpenOnceAsync(source, prepare, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsWorthWaiting(e) && time.GetElapsedTime(start) + pause < bound)
            {
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsOfConnection(e))
            {
                throw PostgresErrors.Unavailable(e, name);
            }
        }
    }

    private static async Task<NpgsqlConnection> OpenOnceAsync(
        NpgsqlDataSource source, Func<NpgsqlConnection, Task> prepare, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await prepare(connection).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // With some chance in it, so that the lanes of all nodes do not come back at the same moment.
    private static TimeSpan Longer(TimeSpan pause) =>
        TimeSpan.FromTicks(Math.Min(s_longestPause.Ticks, (long)(pause.Ticks * (1.5 + Random.Shared.NextDouble()))));

    // A server that answers says why not; only some of its reasons pass by themselves.
    private static bool IsWorthWaiting(Exception e) => e is PostgresException refusal
        ? refusal.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
        : IsOfConnection(e);

    private static bool IsOfConnection(Exception e) => e is NpgsqlException or SocketException or IOException or TimeoutException;
}
