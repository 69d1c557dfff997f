using System.Data.Common;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Reads run states beside the nodes, on a connection of its own.</summary>
internal sealed class RunStates(DbConnection connection) : IAsyncDisposable
{
    private static readonly TimeSpan s_pollEvery = TimeSpan.FromMilliseconds(10);

    public Task<long> CountAsync() => ScalarAsync("select count(*) from runs");

    public Task<long> CountSuccessAsync() => ScalarAsync("select count(*) from runs where status = 'success'");

    public Task<long> CountWaitingAsync() => ScalarAsync("select count(*) from runs where status = 'available'");

    /// <summary>Waits until no run is waiting or active. The look costs microseconds: both indexes hold unfinished runs only.</summary>
    public async Task AllFinalAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        while (await ScalarAsync(
            """
            select (select count(*) from (select 1 from runs where status = 'available' limit 1) as waiting)
                 + (select count(*) from (select 1 from runs where status in ('claimed', 'started') limit 1) as held)
            """) != 0)
        {
            if (limit.IsCancellationRequested)
                throw new BenchFailedException($"runs are not final after {timeout.TotalSeconds:0} s");
            await Task.Delay(s_pollEvery);
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
