using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// How long a worker that asks for a run waits for it while many runs of one project wait. They come in through the node's
/// webhook, as all work does; each round takes some and has them replaced before the next.
/// </summary>
internal static class ClaimsBench
{
    private const int WarmingClaims = 100;
    private static readonly TimeSpan s_fillFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store);
        using var api = await BenchApi.ConnectAsync(cluster.Node);
        var request = WebhookRequest.Make(cluster.Node.Url, await api.MakeWorkflowAsync("claims", 1), options.Body);
        using var load = await HttpLoad.ConnectAsync(cluster.Node.Url, options.Connections, request);
        var waiting = 0;
        foreach (var depth in options.Depths)
        {
            for (var round = 0; round <= options.Rounds; round++)
            {
                await FillAsync(cluster.Store, load, waiting, depth);
                var claims = round == 0 ? WarmingClaims : options.Rate * options.Seconds;
                claims = Math.Min(claims, depth / 2);
                var times = await PacedWorker.TakeAsync(cluster.Node, claims, options.Rate);
                waiting = depth - claims;
                if (round > 0)
                    Add(report, ShortNumber.Of(depth), round, times);
            }
        }

        await CheckAsync(cluster, waiting);
    }

    private static async Task FillAsync(NodeStore store, HttpLoad load, int waiting, int depth)
    {
        while (waiting < depth)
        {
            var filled = await load.FullAsync(s_fillFor, depth - waiting);
            waiting += (int)filled.Accepted;
            BenchReport.Say($"claims: {waiting} of {depth} wait, {filled.AcceptedPerSecond:0}/s");
        }

        await store.CheckpointAsync();
        await Task.Delay(s_settling);
    }

    private static void Add(BenchReport report, string depth, int round, LatencyHistogram times)
    {
        var (p50, p99) = (times.Milliseconds(0.5), times.Milliseconds(0.99));
        report.Add($"p50_ms_{depth}", p50);
        report.Add($"p99_ms_{depth}", p99);
        BenchReport.Say($"claims: depth {depth}, round {round}: p50 {p50:0.0} ms, p99 {p99:0.0} ms, load {Machine.LoadAverage():0.0}");
    }

    private static async Task CheckAsync(BenchCluster cluster, int waiting)
    {
        await using var states = await cluster.Store.OpenStatesAsync();
        var stored = await states.CountWaitingAsync();
        if (stored != waiting)
            throw new BenchFailedException($"{waiting} runs should wait and {stored} do");
    }
}
