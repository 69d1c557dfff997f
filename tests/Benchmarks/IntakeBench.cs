using Cluster.Benchmarks.Limits;
using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// Durable work orders accepted per second through the webhook of a node, and how long an answer takes, beside what a bare
/// endpoint reaches in the same round. No worker runs: what is measured is taking work in, and every accepted order is
/// counted in the store at the end.
/// </summary>
internal static class IntakeBench
{
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(45);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store);
        using var api = await BenchApi.ConnectAsync(cluster.Node);
        var request = WebhookRequest.Make(cluster.Node.Url, await api.MakeWorkflowAsync("intake", 1), options.Body);
        using var load = await HttpLoad.ConnectAsync(cluster.Node.Url, options.Connections, request);
        BenchReport.Say("intake: warming up");
        await using var limits = await BareLimits.StartAsync(options);
        var accepted = (await load.FullAsync(s_warming)).Accepted;
        for (var round = 1; round <= options.Rounds; round++)
        {
            // The shares right after what they are shares of: the machine's speed changes from minute to minute.
            var full = await FullAsync(cluster, load, options, report);
            report.Add("share_of_http_and_row", full.AcceptedPerSecond / await limits.AcceptedPerSecondAsync(options.Duration));
            report.Add("share_of_http", full.AcceptedPerSecond / await limits.HttpPerSecondAsync(options.Duration));
            accepted += full.Accepted + await HalfAsync(cluster, load, full.AcceptedPerSecond / 2, options, report);
            BenchReport.Say($"intake: round {round}: {report.Last("accepted_per_s"):0}/s, load {Machine.LoadAverage():0.0}");
        }

        await CheckAsync(cluster, accepted);
    }

    private static async Task<LoadResult> FullAsync(BenchCluster cluster, HttpLoad load, Options options, BenchReport report)
    {
        var (before, server) = (CpuTimes.Now(cluster.Node.ProcessId), cluster.Store.ServerCpu);
        var full = await load.FullAsync(options.Duration);
        Add(report, full, CpuTimes.Now(cluster.Node.ProcessId) - before, cluster.Store.ServerCpu - server);
        return full;
    }

    /// <returns>Orders that were accepted.</returns>
    private static async Task<long> HalfAsync(BenchCluster cluster, HttpLoad load, double perSecond, Options options, BenchReport report)
    {
        var before = CpuTimes.Now(cluster.Node.ProcessId);
        var half = await load.PacedAsync(options.Duration, perSecond);
        report.Add("p50_ms_at_half", half.Latencies.Milliseconds(0.5));
        report.Add("p99_ms_at_half", half.Latencies.Milliseconds(0.99));
        report.Add("node_cpu_us_at_half", (CpuTimes.Now(cluster.Node.ProcessId) - before).Node.TotalMicroseconds / half.Accepted);
        return half.Accepted;
    }

    private static void Add(BenchReport report, LoadResult full, CpuTimes cpu, TimeSpan server)
    {
        report.Add("accepted_per_s", full.AcceptedPerSecond);
        report.Add("refused", full.Refused);
        report.Add("p50_ms", full.Latencies.Milliseconds(0.5));
        report.Add("p99_ms", full.Latencies.Milliseconds(0.99));
        report.Add("node_cpu_us", cpu.Node.TotalMicroseconds / full.Accepted);
        report.Add("postgres_cpu_us", server.TotalMicroseconds / full.Accepted);
        report.Add("client_cpu_us", cpu.Client.TotalMicroseconds / full.Accepted);
    }

    private static async Task CheckAsync(BenchCluster cluster, long accepted)
    {
        await using var states = await cluster.Store.OpenStatesAsync();
        var stored = await states.CountAsync();
        if (stored != accepted)
            throw new BenchFailedException($"{accepted} work orders were accepted and {stored} are stored");
    }
}
