using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// How long callers of a webhook that answers when its run is done wait, at a fixed rate, while many runs of another project wait for a
/// slot that is taken. The run goes all the way: journal, worker, runtime, and back.
/// </summary>
internal static class SyncBench
{
    private static readonly TimeSpan s_filling = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store, withWorker: true);
        await FillAsync(cluster.Node, options);
        using var api = await BenchApi.ConnectAsync(cluster.Node, "sync");
        var request = WebhookRequest.Make(cluster.Node.Url, await api.MakeSyncWorkflowAsync("sync"), options.Body);
        using var load = await HttpLoad.ConnectAsync(cluster.Node.Url, options.Connections, request);
        await load.PacedAsync(s_warming, options.Rate);
        for (var round = 1; round <= options.Rounds; round++)
        {
            var result = await load.PacedAsync(options.Duration, options.Rate);
            if (result.Refused + result.Unknown > 0)
                throw new BenchFailedException($"{result.Refused + result.Unknown} calls did not get their answer");
            report.Add("sync_p50_ms", result.Latencies.Milliseconds(0.5));
            report.Add("sync_p99_ms", result.Latencies.Milliseconds(0.99));
            BenchReport.Say($"sync: round {round}: p50 {report.Last("sync_p50_ms"):0.0} ms, p99 {report.Last("sync_p99_ms"):0.0} ms, load {Machine.LoadAverage():0.0}");
        }

        await CheckAsync(cluster, options.Waiting);
    }

    private static async Task FillAsync(BenchNode node, Options options)
    {
        using var api = await BenchApi.ConnectAsync(node, "waiting");
        var request = WebhookRequest.Make(node.Url, await api.MakeStuckWorkflowAsync("stuck"), options.Body);
        using var load = await HttpLoad.ConnectAsync(node.Url, options.Connections, request);
        var filled = await load.FullAsync(s_filling, options.Waiting);
        if (filled.Accepted < options.Waiting)
            throw new BenchFailedException($"{filled.Accepted} of {options.Waiting} runs came in");
        BenchReport.Say($"sync: {filled.Accepted} runs of another project wait");
    }

    /// <summary>A few of them may have had their turn.</summary>
    private static async Task CheckAsync(BenchCluster cluster, int waiting)
    {
        await using var states = await cluster.Store.OpenStatesAsync();
        var stored = await states.CountWaitingAsync();
        if (stored < waiting * 0.99)
            throw new BenchFailedException($"{waiting} runs should wait and {stored} do");
    }
}
