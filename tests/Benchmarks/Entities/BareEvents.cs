using System.Diagnostics;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;
using Npgsql;

namespace Cluster.Benchmarks.Entities;

/// <summary>
/// The events of the same commands by hand: one prepared statement with arrays for each transaction, on as many
/// connections as the engine has lanes, as many rows in flight, and no question asked.
/// </summary>
internal sealed class BareEvents(NpgsqlConnection[] connections, EntityRef[] targets, int inFlight) : IAsyncDisposable
{
    private const string Sql = """
        INSERT INTO journal (entity_type, entity_id, seq_nr, shard, manifest, payload, written_at)
        SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::integer[], $5::text[], $6::bytea[], $7::bigint[])
        """;

    private readonly long[] _sequenceNrs = new long[targets.Length];
    private readonly int _batch = inFlight / connections.Length;

    public static async Task<BareEvents> OpenAsync(string database, int lanes, EntityRef[] targets, int inFlight)
    {
        var connections = new NpgsqlConnection[lanes];
        for (var i = 0; i < lanes; i++)
        {
            connections[i] = new NpgsqlConnection(database + ";Pooling=false;Max Auto Prepare=20;Auto Prepare Min Usages=2");
            await connections[i].OpenAsync();
        }

        return new BareEvents(connections, targets, inFlight);
    }

    public async Task<LoadFigures> RunAsync(TimeSpan duration)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections.Length).Select(lane => Task.Run(() => LoopAsync(lane, duration))));
        return new LoadFigures(counts.Sum(), clock.Elapsed, Environment.CpuUsage.TotalTime - cpu);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
            await connection.DisposeAsync();
    }

    // Each loop has entities of its own, every n-th, and goes round them.
    private async Task<long> LoopAsync(int lane, TimeSpan duration)
    {
        var done = 0L;
        var at = lane;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration; done += _batch)
        {
            var rows = new int[_batch];
            for (var i = 0; i < rows.Length; i++, at += connections.Length)
                rows[i] = at < targets.Length ? at : at = lane;
            await InsertAsync(connections[lane], rows);
        }

        return done;
    }

    private async Task InsertAsync(NpgsqlConnection connection, int[] rows)
    {
        await using var batch = new NpgsqlBatch(connection);
        var command = new NpgsqlBatchCommand(Sql);
        var now = StoredTime.ToMicroseconds(TimeProvider.System.GetUtcNow());
        Add(command, Array.ConvertAll(rows, row => targets[row].Type));
        Add(command, Array.ConvertAll(rows, row => targets[row].Id));
        Add(command, Array.ConvertAll(rows, row => ++_sequenceNrs[row]));
        Add(command, Array.ConvertAll(rows, row => ShardMap.ShardOf(targets[row].Id)));
        Add(command, Array.ConvertAll(rows, _ => Tally.Manifest));
        Add(command, Array.ConvertAll(rows, _ => Tally.Content().ToArray()));
        Add(command, Array.ConvertAll(rows, _ => now));
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync();
    }

    private static void Add<T>(NpgsqlBatchCommand command, T[] column) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = column });
}
