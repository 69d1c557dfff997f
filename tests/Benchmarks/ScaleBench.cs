using System.Diagnostics;
using Cluster.Benchmarks.Cpu;
using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// What 1, 2 and 4 nodes accept and finish per second on one PostgreSQL, each with the same small share of a core, so that
/// one machine has room for all of them, the database and the clients. Every number of nodes gets a new cluster in every
/// round; the ratios are those of one round. A scripted worker at each node finishes what was accepted.
/// </summary>
internal static class ScaleBench
{
    private static readonly int[] s_nodes = [1, 2, 4];
    private const int WarmingRate = 300;
    private static readonly TimeSpan s_warmingOfOne = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var nodes in s_nodes)
                await MeasureAsync(nodes, round, options, report);
            foreach (var nodes in s_nodes.Skip(1))
            {
                report.Add($"accepted_ratio_{nodes}", report.Last($"accepted_per_s_{nodes}") / report.Last("accepted_per_s_1"));
                report.Add($"finished_ratio_{nodes}", report.Last($"finished_per_s_{nodes}") / report.Last("finished_per_s_1"));
            }
        }
    }

    private static async Task MeasureAsync(int nodes, int round, Options options, BenchReport report)
    {
        BenchReport.Say($"scale: round {round}: starting {nodes} nodes");
        await using var cluster = await BenchCluster.StartAsync("postgres", nodes);
        using var api = await BenchApi.ConnectAsync(cluster.Node);
        var trigger = await api.MakeWorkflowAsync("scale", 1);
        await Task.WhenAll(cluster.Nodes.Select(node => api.KnownAsync(node, trigger)));
        var request = WebhookRequest.Make(cluster.Node.Url, trigger, options.Body);
        using var load = await HttpLoad.ConnectAsync([.. cluster.Nodes.Select(node => node.Url)], options.Connections * nodes, [request]);
        var total = await WarmAsync(cluster, load);

        using var limit = CpuLimit.Set([.. cluster.Nodes.Select(node => node.ProcessId)], options.CpuPercent);
        var busy = MachineCpu.Busy();
        var clock = Stopwatch.StartNew();
        var accepted = await load.FullAsync(options.Duration);
        report.Add($"accepted_per_s_{nodes}", accepted.AcceptedPerSecond);
        report.Add($"accepting_busy_cores_{nodes}", (MachineCpu.Busy() - busy) / clock.Elapsed);
        busy = MachineCpu.Busy();
        clock.Restart();
        report.Add($"finished_per_s_{nodes}", await FinishAsync(cluster, accepted.Accepted, options.Duration));
        report.Add($"finishing_busy_cores_{nodes}", (MachineCpu.Busy() - busy) / clock.Elapsed);
        BenchReport.Say($"scale: round {round}, {nodes} nodes with {options.CpuPercent} % of a core each by {limit.Means}: " +
            $"{report.Last($"accepted_per_s_{nodes}"):0} accepted/s, {report.Last($"finished_per_s_{nodes}"):0} finished/s, load {Machine.LoadAverage():0.0}");
        await CheckAsync(cluster, total + accepted.Accepted);
    }

    /// <summary>Code is compiled and connections are made before anything is limited. Each node has cores left to compile for as long as if
    /// it were alone. All that was accepted is finished.</summary>
    private static async Task<long> WarmAsync(BenchCluster cluster, HttpLoad load)
    {
        await using var states = await cluster.Store.OpenStatesAsync();
        var workers = await ConnectAsync(cluster);
        var accepted = (await load.PacedAsync(s_warmingOfOne * cluster.Nodes.Count, WarmingRate)).Accepted;
        await states.AllFinalAsync(s_timeout);
        await LeaveAsync(workers);
        return accepted;
    }

    /// <returns>Runs finished per second, until all are or the time is over.</returns>
    private static async Task<double> FinishAsync(BenchCluster cluster, long waiting, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var workers = await ConnectAsync(cluster);
        while (clock.Elapsed < duration && Finished(workers) < waiting)
            await Task.Delay(5);
        var perSecond = Finished(workers) / clock.Elapsed.TotalSeconds;
        await LeaveAsync(workers);
        return perSecond;
    }

    private static long Finished(ScriptedWorker[] workers) => workers.Sum(worker => worker.Finished);

    private static Task<ScriptedWorker[]> ConnectAsync(BenchCluster cluster) => Task.WhenAll(cluster.Nodes.Select(ScriptedWorker.ConnectAsync));

    private static async Task LeaveAsync(ScriptedWorker[] workers)
    {
        await Task.WhenAll(workers.Select(worker => worker.LeaveAsync()));
        foreach (var worker in workers)
            await worker.DisposeAsync();
    }

    private static async Task CheckAsync(BenchCluster cluster, long accepted)
    {
        await using var states = await cluster.Store.OpenStatesAsync();
        var stored = await states.CountAsync();
        if (stored != accepted)
            throw new BenchFailedException($"{accepted} work orders were accepted and {stored} are stored");
    }
}
