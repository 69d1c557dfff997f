using System.Diagnostics;
using Cluster.Entities;
using Npgsql;

namespace Cluster.Benchmarks.Entities;

/// <summary>
/// The events of the same commands by hand: one prepared statement with arrays for each transaction, on as many
/// connections as the engine has lanes, as many rows in flight, and no question asked.
/// </summary>
internal sealed class BareEvents(NpgsqlConnection[] connections, EntityRef[] targets, int inFlight) : IAsyncDisposable
{
    private readonly long[] _sequenceNrs = new long[targets.Length];
    private readonly int _batch = inFlight / connections.Length;

    public static async Task<BareEvents> OpenAsync(string database, int lanes, EntityRef[] targets, int inFlight)
    {
        var connections = new NpgsqlConnection[lanes];
        for (var i = 0; i < lanes; i++)
            connections[i] = await JournalInsert.ConnectAsync(database);
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
        batch.BatchCommands.Add(JournalInsert.Of(Array.ConvertAll(rows, row => new JournalRow(
            targets[row].Type, targets[row].Id, ++_sequenceNrs[row], Tally.Manifest, Tally.Content()))));
        await batch.ExecuteNonQueryAsync();
    }
}
