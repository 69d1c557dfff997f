using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// Durable work orders accepted per second through the webhook of a node, and how long an answer takes. No worker runs:
/// what is measured is taking work in, and every accepted order is counted in the store at the end.
/// </summary>
internal static class IntakeBench
{
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var node = await BenchNode.StartAsync(withWorker: false);
        using var api = await BenchApi.ConnectAsync(node);
        var trigger = await api.MakeWorkflowAsync("intake", 1);
        using var load = await HttpLoad.ConnectAsync(
            node.Url, options.Connections, WebhookRequest.Make(node.Url, trigger, options.Body));
        BenchReport.Say("intake: warming up");
        var accepted = (await load.FullAsync(Warming)).Accepted;
        for (var round = 1; round <= options.Rounds; round++)
        {
            var before = CpuTimes.Now(node.ProcessId);
            var full = await load.FullAsync(options.Duration);
            Add(report, full, CpuTimes.Now(node.ProcessId) - before);
            var half = await load.PacedAsync(options.Duration, full.AcceptedPerSecond / 2);
            report.Add("p50_ms_at_half", half.Latencies.Milliseconds(0.5));
            report.Add("p99_ms_at_half", half.Latencies.Milliseconds(0.99));
            accepted += full.Accepted + half.Accepted;
            BenchReport.Say($"intake: round {round}: {full.AcceptedPerSecond:0}/s, load {Machine.LoadAverage():0.0}");
        }

        await CheckAsync(node, accepted);
    }

    private static void Add(BenchReport report, LoadResult full, CpuTimes cpu)
    {
        report.Add("accepted_per_s", full.AcceptedPerSecond);
        report.Add("refused", full.Refused);
        report.Add("p50_ms", full.Latencies.Milliseconds(0.5));
        report.Add("p99_ms", full.Latencies.Milliseconds(0.99));
        report.Add("node_cpu_us", cpu.Node.TotalMicroseconds / full.Accepted);
        report.Add("client_cpu_us", cpu.Client.TotalMicroseconds / full.Accepted);
    }

    private static async Task CheckAsync(BenchNode node, long accepted)
    {
        await using var states = await RunStates.OpenAsync(node.StorePath);
        var stored = await states.CountAsync();
        if (stored != accepted)
            throw new BenchFailedException($"{accepted} work orders were accepted and {stored} are stored");
    }
}
