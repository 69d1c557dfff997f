using System.Diagnostics;
using System.Globalization;
using Cluster.Benchmarks.Nodes;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Kit.Postgres;

namespace Cluster.Benchmarks;

/// <summary>
/// Appends per second to a PostgreSQL on this machine, over several lanes, beside a loop that inserts the same rows with
/// Npgsql alone and checks nothing.
/// </summary>
internal static class PostgresBench
{
    // In turns, so that whatever else the machine does slows both alike.
    private const int Turns = 5;

    private static readonly MigrationSet s_schema = BenchUnits.Schema("uuid", "bigint", "boolean", "");

    public static async Task RunAsync(TimeSpan duration)
    {
        await using var server = await BenchServer.StartAsync();
        Console.WriteLine("lanes  units/batch  appends/s  p50 ms  p99 ms  bare/s  ratio");
        foreach (var lanes in new[] { 1, 2, 4 })
        {
            foreach (var size in new[] { 1, 16, 128, 512 })
                await CompareAsync(server, lanes, size, duration);
        }
    }

    private static async Task CompareAsync(PostgresServer server, int lanes, int size, TimeSpan duration)
    {
        var database = await server.CreateDatabaseAsync();
        await using var journal = await PostgresJournal.OpenAsync(
            new() { ConnectionString = database, Lanes = lanes, Migrations = [s_schema] }, TimeProvider.System, CancellationToken.None);
        var loops = await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => BareInserts.OpenAsync(database)));
        var (ours, bare) = (new Result(lanes, size), new Result(lanes, size));
        for (var i = 0; i < Turns; i++)
        {
            await MeasureAsync(ours, duration / Turns, (_, batch) => journal.AppendAsync(batch, TimeProvider.System.GetUtcNow(), CancellationToken.None));
            await MeasureAsync(bare, duration / Turns, (lane, batch) => loops[lane].InsertAsync(batch));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lanes,5}  {size,11}  {ours.PerSecond,9:F0}  {ours.Percentile(0.5),6:F2}  {ours.Percentile(0.99),6:F2}  {bare.PerSecond,6:F0}  {ours.PerSecond / bare.PerSecond,5:F2}"));
        foreach (var loop in loops)
            await loop.DisposeAsync();
        await journal.DisposeAsync();
        await server.DropDatabaseAsync(database);
    }

    // Rates count the time inside the append, so that making the batch is not measured.
    private static Task MeasureAsync(Result result, TimeSpan duration, Func<int, AppendUnit[], Task> append) =>
        Task.WhenAll(result.Latencies.Select((latencies, lane) => Task.Run(async () =>
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration;)
            {
                var batch = BenchUnits.Batch(result.Size, lane, result.Latencies.Length);
                var start = Stopwatch.GetTimestamp();
                await append(lane, batch);
                latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));

    private sealed class Result(int lanes, int size)
    {
        public int Size => size;

        public List<double>[] Latencies { get; } = [.. Enumerable.Range(0, lanes).Select(_ => new List<double>())];

        public double PerSecond => Latencies.Sum(lane => lane.Count * size * 1000 / lane.Sum());

        public double Percentile(double share)
        {
            var all = Latencies.SelectMany(lane => lane).Order().ToArray();
            return all[(int)(all.Length * share)];
        }
    }
}
