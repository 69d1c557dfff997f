using System.Globalization;
using System.Text.RegularExpressions;
using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks.Purge;

/// <summary>
/// Removing history whose period is over: the node has many rows, half of which are older than the period. In every round intake at a fixed
/// rate is measured without the purge and beside it, and the purge beside intake and alone. The node is started for each of the three,
/// because the purge begins with it. Every row that is due has to go, and no other.
/// </summary>
internal static partial class PurgeBench
{
    private const int SampleRuns = 200;
    private const int Period = 7;
    private const int LongPeriod = 365;
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(4);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        Journal.StoreDapper.Register();
        await using var cluster = await BenchCluster.StartAsync(options.Store);
        using var api = await BenchApi.ConnectAsync(cluster.Node);
        var bench = new Bed(cluster, await api.MakeWorkflowAsync("purge", 1), options, new History(cluster.Store));
        await bench.SampleAsync();
        for (var round = 1; round <= options.Rounds; round++)
        {
            await api.KeepHistoryAsync(LongPeriod);
            await bench.RestartFilledAsync();
            await bench.QuietAsync(report);
            await api.KeepHistoryAsync(Period);
            await bench.BesideAsync(report);
            await bench.AloneAsync(report);
            BenchReport.Say(string.Create(CultureInfo.InvariantCulture, $"""
                purge: round {round}: {report.Last("alone_rows_per_s"):0} rows/s alone, {report.Last("beside_rows_per_s"):0} beside {options.Rate} orders/s; p99 of orders {report.Last("quiet_p99_ms"):0.0} ms without, {report.Last("beside_p99_ms"):0.0} ms beside it, load {Machine.LoadAverage():0.0}
                """));
        }
    }

    /// <summary>The node and what is done to it.</summary>
    private sealed class Bed(BenchCluster cluster, Guid trigger, Options options, History history)
    {
        private int _copies;
        private long _due;
        private long _stays;
        private StoreSize _before = null!;

        private BenchNode Node => cluster.Node;

        /// <summary>Some runs to be copied, and the half of the rows that stays.</summary>
        public async Task SampleAsync()
        {
            await using (await ScriptedWorker.ConnectAsync(Node))
            {
                using var load = await LoadAsync();
                await load.FullAsync(s_longest, SampleRuns);
                await using var states = await cluster.Store.OpenStatesAsync();
                await states.AllFinalAsync(TimeSpan.FromMinutes(1));
            }

            await Node.RestartAsync(async () =>
            {
                await history.SampleAsync();
                _copies = (int)Math.Max(1, options.Rows / history.RowsOfCopy / 2);
                BenchReport.Say($"purge: filling {_copies} copies of {history.RowsOfCopy} rows that stay");
                await history.FillAsync(_copies, TimeSpan.FromDays(Period - 1), TimeSpan.FromHours(1));
            });
        }

        /// <summary>Starts the node on the same rows as in every round.</summary>
        public Task RestartFilledAsync() => Node.RestartAsync(async () =>
        {
            await history.TidyAsync();
            BenchReport.Say("purge: filling as many that are due");
            _stays = (await StoreSize.OfAsync(cluster.Store)).AllRows;
            _due = await history.FillAsync(_copies, TimeSpan.FromDays((2 * Period) - 1), TimeSpan.FromDays(Period + 1));
            await history.TidyAsync();
            _before = await StoreSize.OfAsync(cluster.Store);
        });

        public async Task QuietAsync(BenchReport report)
        {
            using var load = await LoadAsync();
            await load.PacedAsync(s_warming, options.Rate);
            var longest = await LongestTransaction.WatchAsync(cluster.Store);
            Add(report, "quiet", await load.PacedAsync(options.Duration, options.Rate), await longest.StopAsync());
        }

        public async Task BesideAsync(BenchReport report)
        {
            var purged = Node.LineAsync(Purged);
            await Node.RestartAsync();
            using var load = await LoadAsync();
            await load.PacedAsync(s_warming, options.Rate);
            if (purged.IsCompleted)
                throw new BenchFailedException("the purge was over before it could be measured: more --rows are needed");
            var longest = await LongestTransaction.WatchAsync(cluster.Store);
            Add(report, "beside", await load.PacedAsync(s_longest, options.Rate, purged), await longest.StopAsync());
            report.Add("beside_rows_per_s", RowsPerSecond(await purged.WaitAsync(TimeSpan.Zero)));
        }

        public async Task AloneAsync(BenchReport report)
        {
            var purged = Node.LineAsync(Purged);
            await RestartFilledAsync();
            var longest = await LongestTransaction.WatchAsync(cluster.Store);
            report.Add("alone_rows_per_s", RowsPerSecond(await purged.WaitAsync(s_longest)));
            if (await longest.StopAsync() is { } milliseconds)
                report.Add("alone_longest_ms", milliseconds);
            var after = await StoreSize.OfAsync(cluster.Store);
            BenchReport.Say($"purge: before {_before}\npurge: after  {after}");
            report.Add("rows_before", _before.AllRows);
            report.Add("rows_after", after.AllRows);
            report.Add("mb_before", _before.Megabytes);
            report.Add("mb_after", after.Megabytes);
            if (after.AllRows != _stays)
                throw new BenchFailedException($"{after.AllRows} rows are left where {_stays} should be");
        }

        private static void Add(BenchReport report, string name, LoadResult result, double? longest)
        {
            if (result.Unknown > 0)
                throw new BenchFailedException($"of {result.Unknown} orders nobody knows");
            report.Add($"{name}_orders_per_s", result.AcceptedPerSecond);
            report.Add($"{name}_refused", result.Refused);
            report.Add($"{name}_p50_ms", result.Latencies.Milliseconds(0.5));
            report.Add($"{name}_p99_ms", result.Latencies.Milliseconds(0.99));
            report.Add($"{name}_max_ms", result.Latencies.Milliseconds(1));
            if (longest is { } milliseconds)
                report.Add($"{name}_longest_ms", milliseconds);
        }

        /// <param name="line">What the node said.</param>
        private double RowsPerSecond(string line)
        {
            var said = PurgedPattern().Match(line);
            var rows = long.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture);
            return rows == _due
                ? rows / double.Parse(said.Groups[2].Value, CultureInfo.InvariantCulture)
                : throw new BenchFailedException($"{_due} rows were due and {rows} were removed");
        }

        private Task<HttpLoad> LoadAsync() =>
            HttpLoad.ConnectAsync(Node.Url, options.Connections, WebhookRequest.Make(Node.Url, trigger, options.Body));
    }

    private const string Purged = "History of projects whose period is over";

    [GeneratedRegex(@": (\d+) rows removed and \d+ bodies wiped in ([\d.E+-]+) s")]
    private static partial Regex PurgedPattern();
}
