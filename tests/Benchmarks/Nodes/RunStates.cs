using Microsoft.Data.Sqlite;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Reads run states beside the node, on a connection that cannot write.</summary>
internal sealed class RunStates : IAsyncDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);
    private readonly SqliteConnection _connection;

    private RunStates(string path) =>
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());

    public static async Task<RunStates> OpenAsync(string path)
    {
        var states = new RunStates(path);
        await states._connection.OpenAsync();
        return states;
    }

    public Task<long> CountAsync() => ScalarAsync("select count(*) from runs");

    public Task<long> CountSuccessAsync() => ScalarAsync("select count(*) from runs where status = 'success'");

    /// <summary>Waits until no run is waiting or active. The look costs microseconds: both indexes hold unfinished runs only.</summary>
    public async Task AllFinalAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        while (await ScalarAsync(
            """
            select exists(select 1 from runs indexed by runs_waiting where status = 'available')
                or exists(select 1 from runs indexed by runs_held where status in ('claimed', 'started'))
            """) != 0)
        {
            if (limit.IsCancellationRequested)
                throw new BenchFailedException($"runs are not final after {timeout.TotalSeconds:0} s");
            await Task.Delay(PollEvery);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
