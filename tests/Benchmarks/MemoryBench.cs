using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// What a node takes: idle after its start, after it brought many runs to their end while many more wait, and when it is
/// started on that store. Runs are finished by a scripted worker, so that the figure is the node's alone.
/// </summary>
internal static class MemoryBench
{
    private const int Connections = 32;
    private const int Batch = 5_000;
    private const int BodyBytes = 600;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await MeasureIdleAsync(options, report);
        await using var node = await BenchNode.StartAsync(withWorker: false);
        await LoadAsync(node, options);
        await Task.Delay(Settling);
        report.Add("loaded_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        BenchReport.Say("memory: starting a node on that store");
        await node.RestartAsync();
        await Task.Delay(Settling);
        report.Add("restarted_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
    }

    private static async Task MeasureIdleAsync(Options options, BenchReport report)
    {
        await using var node = await BenchNode.StartAsync(withWorker: true);
        await Task.Delay(Settling);
        BenchReport.Say($"memory: an idle node for {options.Seconds} s");
        var before = CpuTimes.Now(node.ProcessId);
        await Task.Delay(options.Duration);
        var cpu = CpuTimes.Now(node.ProcessId) - before;
        report.Add("idle_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        report.Add("idle_cpu_percent", cpu.Node / options.Duration * 100);
        report.Add("idle_worker_rss_mb", ProcessFigures.Descendants(node.ProcessId).Sum(ProcessFigures.ResidentMb));
        report.Add("idle_worker_cpu_percent", (cpu.Worker + cpu.Children) / options.Duration * 100);
    }

    private static async Task LoadAsync(BenchNode node, Options options)
    {
        using var api = await BenchApi.ConnectAsync(node);
        var request = WebhookRequest.Make(node.Url, await api.MakeWorkflowAsync("memory", 1), BodyBytes);
        using var load = await HttpLoad.ConnectAsync(node.Url, Connections, request);
        await using var states = await RunStates.OpenAsync(node.StorePath);
        await using (await ScriptedWorker.ConnectAsync(node))
        {
            for (var done = 0; done < options.Finished; done += Batch)
            {
                await load.FullAsync(Timeout, Math.Min(Batch, options.Finished - done));
                await states.AllFinalAsync(Timeout);
                BenchReport.Say($"memory: {done + Batch} finished, {ProcessFigures.ResidentMb(node.ProcessId):0} MB");
            }
        }

        await load.FullAsync(Timeout, options.Waiting);
        var succeeded = await states.CountSuccessAsync();
        if (succeeded != options.Finished || await states.CountAsync() != options.Finished + options.Waiting)
            throw new BenchFailedException($"{succeeded} of {options.Finished} runs succeeded");
    }
}
