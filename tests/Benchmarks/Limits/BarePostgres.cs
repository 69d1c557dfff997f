using Npgsql;

namespace Cluster.Benchmarks.Limits;

/// <summary>A connection for each lane.</summary>
internal sealed class BarePostgres(NpgsqlConnection[] connections) : BareRows
{
    public override int Lanes => connections.Length;

    public static async Task<BarePostgres> ConnectAsync(string database, int lanes) =>
        new(await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => JournalInsert.ConnectAsync(database))));

    public override async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
            await connection.DisposeAsync();
    }

    protected override async Task InsertAsync(int lane, JournalRow[] rows)
    {
        await using var batch = new NpgsqlBatch(connections[lane]);
        batch.BatchCommands.Add(JournalInsert.Of(rows));
        await batch.ExecuteNonQueryAsync();
    }
}
