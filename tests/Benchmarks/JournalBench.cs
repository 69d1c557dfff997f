using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Sqlite;
using Cluster.Kit;
using Cluster.Sharding;

namespace Cluster.Benchmarks;

/// <summary>Appends per second: one new entity per unit, one 300-byte event and two rows of eight columns each.</summary>
internal static class JournalBench
{
    private static readonly ReadTable s_first = Table("bench_run");
    private static readonly ReadTable s_second = Table("bench_work_order");

    public static async Task RunAsync(TimeSpan duration)
    {
        Console.WriteLine("units/batch  appends/s   rows/s  batches/s  p50 ms  p99 ms");
        foreach (var size in new[] { 1, 16, 128, 512 })
            await MeasureAsync(size, duration);
    }

    private static async Task MeasureAsync(int size, TimeSpan duration)
    {
        using var folder = new TempFolder();
        await using var journal = await SqliteJournal.OpenAsync(
            new SqliteJournalOptions { Path = folder.File("bench.db"), Migrations = [Schema()] },
            TimeProvider.System,
            CancellationToken.None);
        var latencies = new List<double>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            var batch = Enumerable.Range(0, size).Select(_ => Unit()).ToArray();
            var start = Stopwatch.GetTimestamp();
            await journal.AppendAsync(batch, TimeProvider.System.GetUtcNow(), CancellationToken.None);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Print(size, latencies);
    }

    // Rates count the time inside AppendAsync, so that making the batch is not measured.
    private static void Print(int size, List<double> latencies)
    {
        var seconds = latencies.Sum() / 1000;
        latencies.Sort();
        var batches = latencies.Count / seconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{size,11}  {batches * size,9:F0}  {batches * size * 3,7:F0}  {batches,9:F0}  " +
            $"{latencies[latencies.Count / 2],6:F3}  {latencies[(int)(latencies.Count * 0.99)],6:F3}"));
    }

    private static AppendUnit Unit()
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = ShardMap.NewId(Random.Shared.Next(ShardMap.ShardCount), now);
        var payload = new byte[300];
        Random.Shared.NextBytes(payload);
        return new AppendUnit(
            new EntityRef("run", id),
            ShardMap.ShardOf(id),
            1,
            [new Payload("run-created.v1", payload)],
            [new RowChange(s_first, Row(id, now), false), new RowChange(s_second, Row(ShardMap.NewId(0, now), now), false)],
            null);
    }

    private static object?[] Row(Guid id, DateTimeOffset now) =>
        [id, id, "available", "https://example.org/webhook", 42L, now, null, true];

    private static ReadTable Table(string name) => new(
        name,
        [new Column("id", ColumnType.Uuid)],
        [
            new Column("project_id", ColumnType.Uuid), new Column("state", ColumnType.Text),
            new Column("source", ColumnType.Text), new Column("attempt", ColumnType.Integer),
            new Column("created_at", ColumnType.Timestamp), new Column("ended_at", ColumnType.Timestamp),
            new Column("retry", ColumnType.Boolean),
        ]);

    private static MigrationSet Schema()
    {
        var tables = ImmutableArray.Create(s_first, s_second).Select(table => $"""
            CREATE TABLE {table.Name} (
                id BLOB NOT NULL PRIMARY KEY, project_id BLOB, state TEXT, source TEXT, attempt INTEGER,
                created_at INTEGER, ended_at INTEGER, retry INTEGER) STRICT, WITHOUT ROWID;
            """);
        return new MigrationSet("bench", [new Migration(1, "tables", string.Concat(tables))]);
    }
}
