using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// A node that is offered several times what it accepts, at a fixed rate whatever it answers. Its journal has small
/// bounds, so that one machine can offer so much and still have cores left to measure with. In the end the node is killed:
/// everything that was acknowledged has to be stored, and a worker has to finish it.
/// </summary>
internal static class OverloadBench
{
    // So many that the queue never runs empty.
    private const int FillingConnections = 96;
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> s_settings = new()
    {
        ["CLUSTER__JOURNAL__QUEUE"] = "64",
        ["CLUSTER__JOURNAL__MAX_BATCH"] = "1",
        ["CLUSTER__STORE__LANES"] = "1",
    };

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store, settings: s_settings);
        var node = cluster.Node;
        using var api = await BenchApi.ConnectAsync(node);
        var request = WebhookRequest.Make(node.Url, await api.MakeWorkflowAsync("overload", 1), options.Body);
        var counts = new Counts();
        var capacity = await CapacityAsync(node, request, counts);
        using var load = await HttpLoad.ConnectAsync(node.Url, options.Connections, request);
        counts.Add(await load.PacedAsync(options.Duration, capacity));
        var calm = ProcessFigures.ResidentMb(node.ProcessId);
        BenchReport.Say($"overload: {capacity:0}/s is full load, {calm:0} MB; {options.Factor} times as much follows");
        for (var round = 1; round <= options.Rounds; round++)
        {
            var result = await load.PacedAsync(options.Duration, capacity * options.Factor);
            counts.Add(result);
            Add(report, round, result, capacity, ProcessFigures.ResidentMb(node.ProcessId), calm);
        }

        await CheckAsync(cluster, counts);
    }

    /// <summary>The most that was accepted per second: with as many requests in flight as fill the queue, and at twice that rate.</summary>
    private static async Task<double> CapacityAsync(BenchNode node, byte[] request, Counts counts)
    {
        using var load = await HttpLoad.ConnectAsync(node.Url, FillingConnections, request);
        counts.Add(await load.FullAsync(s_warming));
        var full = await load.FullAsync(s_warming);
        counts.Add(full);
        var offered = await load.PacedAsync(s_warming, full.AcceptedPerSecond * 2);
        counts.Add(offered);
        return Math.Max(full.AcceptedPerSecond, offered.AcceptedPerSecond);
    }

    private static void Add(BenchReport report, int round, LoadResult result, double capacity, double resident, double calm)
    {
        if (result.Refused == 0)
            throw new BenchFailedException("nothing was refused: that was no overload");
        report.Add("rss_growth_ratio", resident / calm);
        report.Add("refusal_p50_ms", result.Refusals.Milliseconds(0.5));
        report.Add("refusal_p99_ms", result.Refusals.Milliseconds(0.99));
        report.Add("accepted_p99_ms", result.Latencies.Milliseconds(0.99));
        report.Add("accepted_per_s", result.AcceptedPerSecond);
        report.Add("full_load_per_s", capacity);
        report.Add("offered_ratio", result.OfferedPerSecond / Math.Max(capacity, result.AcceptedPerSecond));
        report.Add("rss_mb", resident);
        BenchReport.Say($"overload: round {round}: offered {result.OfferedPerSecond:0}/s, accepted {result.AcceptedPerSecond:0}/s, " +
            $"refusal p99 {result.Refusals.Milliseconds(0.99):0.0} ms, {resident:0} MB, load {Machine.LoadAverage():0.0}");
    }

    private static async Task CheckAsync(BenchCluster cluster, Counts counts)
    {
        BenchReport.Say("overload: killing the node, and starting it again with default bounds");
        await cluster.ReplaceLastAsync();
        await using var states = await cluster.Store.OpenStatesAsync();
        var stored = await states.CountAsync();
        if (stored < counts.Accepted || stored > counts.Accepted + counts.Unknown)
            throw new BenchFailedException($"{counts.Accepted} work orders were acknowledged, {counts.Unknown} left open, and {stored} are stored");
        await FinishAsync(cluster.Node, states, stored);
        var succeeded = await states.CountSuccessAsync();
        if (succeeded != stored)
            throw new BenchFailedException($"{stored} runs are stored and {succeeded} succeeded");
    }

    private static async Task FinishAsync(BenchNode node, RunStates states, long stored)
    {
        await using var worker = await ScriptedWorker.ConnectAsync(node);
        var final = states.AllFinalAsync(s_timeout);
        do
            BenchReport.Say($"overload: {worker.Finished} of {stored} acknowledged runs are finished");
        while (await Task.WhenAny(final, Task.Delay(s_pause)) != final);
        await final;
    }

    /// <summary>What was answered in all loads together.</summary>
    private sealed class Counts
    {
        public long Accepted { get; private set; }

        public long Unknown { get; private set; }

        public void Add(LoadResult result)
        {
            Accepted += result.Accepted;
            Unknown += result.Unknown;
        }
    }
}
