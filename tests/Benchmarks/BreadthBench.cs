using System.Collections.Concurrent;
using System.Diagnostics;
using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// What many projects and workflows cost a node: to make them, to hold and load them, to take in orders for all of them in turn beside
/// orders for one, and to claim runs while each of them has some that wait.
/// </summary>
internal static class BreadthBench
{
    private const int Makers = 16;
    private const int WarmingClaims = 100;
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_fillFor = TimeSpan.FromSeconds(10);

    // One caller makes everything, as fast as the node can.
    private static readonly IReadOnlyDictionary<string, string> s_settings =
        new Dictionary<string, string> { ["CLUSTER__HTTP__RATES__CALLER"] = "1000000" };

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store, settings: s_settings);
        var triggers = await MakeAsync(cluster.Node, options, report);
        await MeasureStartAsync(cluster.Node, report);
        var requests = triggers.Select(trigger => WebhookRequest.Make(cluster.Node.Url, trigger, options.Body)).ToArray();
        using var all = await HttpLoad.ConnectAsync([cluster.Node.Url], options.Connections, requests);
        using var one = await HttpLoad.ConnectAsync(cluster.Node.Url, options.Connections, requests[0]);
        var waiting = (await one.FullAsync(s_warming)).Accepted;
        for (var round = 1; round <= options.Rounds; round++)
            waiting += await MeasureIntakeAsync(all, one, options, report);

        // Each workflow has a run that waits, before claims are measured.
        for (var missing = (long)triggers.Length; missing > 0;)
        {
            var filled = (await all.FullAsync(s_fillFor, missing)).Accepted;
            (missing, waiting) = (missing - filled, waiting + filled);
        }

        waiting -= await MeasureClaimsAsync(cluster.Node, options, report);
        await CheckAsync(cluster, waiting);
    }

    private static async Task<Guid[]> MakeAsync(BenchNode node, Options options, BenchReport report)
    {
        using var api = await BenchApi.ConnectAsync(node);
        var made = new ConcurrentBag<Guid>();
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, options.Projects, new ParallelOptions { MaxDegreeOfParallelism = Makers }, async (number, _) =>
        {
            var project = await api.InProjectAsync($"project-{number}");
            for (var workflow = number; workflow < options.Workflows; workflow += options.Projects)
            {
                made.Add(await project.MakeWorkflowAsync($"workflow-{workflow}", 1));
                if (made.Count % 10_000 == 0)
                    BenchReport.Say($"breadth: {made.Count} workflows, {ProcessFigures.ResidentMb(node.ProcessId):0} MB");
            }
        });
        report.Add("made_per_s", (options.Projects + made.Count) / clock.Elapsed.TotalSeconds);
        return [.. made];
    }

    private static async Task MeasureStartAsync(BenchNode node, BenchReport report)
    {
        await Task.Delay(s_settling);
        report.Add("made_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        var clock = Stopwatch.StartNew();
        await node.RestartAsync();
        report.Add("start_s", clock.Elapsed.TotalSeconds);
        await Task.Delay(s_settling);
        report.Add("restarted_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        BenchReport.Say($"breadth: started again in {report.Last("start_s"):0.0} s, {report.Last("restarted_rss_mb"):0} MB");
    }

    private static async Task<long> MeasureIntakeAsync(HttpLoad all, HttpLoad one, Options options, BenchReport report)
    {
        var (toOne, toAll) = (await one.FullAsync(options.Duration), await all.FullAsync(options.Duration));
        report.Add("accepted_per_s", toAll.AcceptedPerSecond);
        report.Add("p99_ms", toAll.Latencies.Milliseconds(0.99));
        report.Add("one_accepted_per_s", toOne.AcceptedPerSecond);
        report.Add("ratio", toAll.AcceptedPerSecond / toOne.AcceptedPerSecond);
        BenchReport.Say($"breadth: {toAll.AcceptedPerSecond:0}/s to all, {toOne.AcceptedPerSecond:0}/s to one, load {Machine.LoadAverage():0.0}");
        return toOne.Accepted + toAll.Accepted;
    }

    /// <returns>Runs that were claimed.</returns>
    private static async Task<long> MeasureClaimsAsync(BenchNode node, Options options, BenchReport report)
    {
        await PacedWorker.TakeAsync(node, WarmingClaims, options.Rate);
        var claims = options.Rate * options.Seconds;
        for (var round = 1; round <= options.Rounds; round++)
        {
            var times = await PacedWorker.TakeAsync(node, claims, options.Rate);
            report.Add("claims_p50_ms", times.Milliseconds(0.5));
            report.Add("claims_p99_ms", times.Milliseconds(0.99));
        }

        report.Add("loaded_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        return WarmingClaims + claims * options.Rounds;
    }

    private static async Task CheckAsync(BenchCluster cluster, long waiting)
    {
        await using var states = await cluster.Store.OpenStatesAsync();
        var stored = await states.CountWaitingAsync();
        if (stored != waiting)
            throw new BenchFailedException($"{waiting} runs should wait and {stored} do");
    }
}
