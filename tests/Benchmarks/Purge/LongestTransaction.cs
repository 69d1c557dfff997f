using System.Data.Common;
using Cluster.Benchmarks.Nodes;
using Dapper;

namespace Cluster.Benchmarks.Purge;

/// <summary>
/// Looks every few milliseconds how long the transactions have taken in which the nodes write to a PostgreSQL. What ends between two looks is
/// seen a little shorter than it was.
/// </summary>
internal sealed class LongestTransaction
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(10);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<double> _loop;

    private LongestTransaction(DbConnection? connection) => _loop = connection is null ? Task.FromResult(double.NaN) : Task.Run(() => LookAsync(connection));

    public static async Task<LongestTransaction> WatchAsync(NodeStore store) => new(store.IsShared ? await store.OpenAsync() : null);

    /// <returns>Milliseconds; nothing of a SQLite, in which nobody else can see them.</returns>
    public async Task<double?> StopAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
        return await _loop is var longest && double.IsNaN(longest) ? null : longest;
    }

    private async Task<double> LookAsync(DbConnection connection)
    {
        await using var owned = connection;
        for (var longest = 0.0; ; await Task.Delay(s_every))
        {
            longest = Math.Max(longest, await connection.QuerySingleAsync<double>(
                """
                select coalesce(max(extract(epoch from clock_timestamp() - xact_start) * 1000), 0)::float8 from pg_stat_activity
                where application_name like '%journal' and state <> 'idle'
                """));
            if (_stop.IsCancellationRequested)
                return longest;
        }
    }
}
