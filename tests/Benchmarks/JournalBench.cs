using System.Diagnostics;
using System.Globalization;
using Cluster.Benchmarks.Results;
using Cluster.Journal.Sqlite;
using Cluster.Kit;

namespace Cluster.Benchmarks;

/// <summary>Appends per second to a store. Prints a table of its own.</summary>
internal static class JournalBench
{
    public static Task RunAsync(Options options, BenchReport report) =>
        options.Store == "postgres" ? PostgresBench.RunAsync(options.Duration) : RunSqliteAsync(options.Duration);

    private static async Task RunSqliteAsync(TimeSpan duration)
    {
        Console.WriteLine("units/batch  appends/s   rows/s  batches/s  p50 ms  p99 ms");
        foreach (var size in new[] { 1, 16, 128, 512 })
            await MeasureAsync(size, duration);
    }

    private static async Task MeasureAsync(int size, TimeSpan duration)
    {
        using var folder = new TempFolder();
        await using var journal = await SqliteJournal.OpenAsync(
            new SqliteJournalOptions { Path = folder.File("bench.db"), Migrations = [BenchUnits.Schema("BLOB", "INTEGER", "INTEGER", "STRICT, WITHOUT ROWID")] },
            TimeProvider.System,
            CancellationToken.None);
        var latencies = new List<double>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            var batch = BenchUnits.Batch(size);
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
}
