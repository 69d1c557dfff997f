using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks.Limits;

/// <summary>What runtime and store reach on this machine without any of our code: nobody who uses them can be faster.</summary>
internal static class LimitsBench
{
    public static async Task RunAsync(Options options, BenchReport report)
    {
        BenchReport.Say("limits: warming up");
        await using var limits = await BareLimits.StartAsync(options);
        for (var round = 1; round <= options.Rounds; round++)
        {
            report.Add("http_per_s", await limits.HttpPerSecondAsync(options.Duration));
            report.Add("batch_rows_per_s", await limits.RowsPerSecondAsync(options.Duration));
            report.Add("http_and_row_per_s", await limits.AcceptedPerSecondAsync(options.Duration));
            BenchReport.Say($"limits: round {round}: {report.Last("http_per_s"):0} requests/s, {report.Last("batch_rows_per_s"):0} rows/s, " +
                $"{report.Last("http_and_row_per_s"):0} requests with a row/s, load {Machine.LoadAverage():0.0}");
        }
    }
}
