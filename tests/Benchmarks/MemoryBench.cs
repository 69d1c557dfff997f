using Cluster.Benchmarks.Entities;
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
    private const int LargeBodies = 8;
    private const int LargeBodyBytes = 10_000_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    // What a start leaves to be compiled, or collected, is not what a node takes that idles.
    private static readonly TimeSpan UntilCompiled = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Looking = TimeSpan.FromMilliseconds(20);

    private static readonly (string Name, Func<Options, BenchReport, Task> MeasureAsync)[] s_parts =
    [
        ("idle", MeasureIdleAsync),
        ("entities", MeasureEntitiesAsync),
        ("large", MeasureLargeBodiesAsync),
        ("loaded", MeasureLoadedAsync),
    ];

    /// <summary>Names of what can be measured.</summary>
    public static IReadOnlyList<string> Parts { get; } = [.. s_parts.Select(static part => part.Name)];

    public static async Task RunAsync(Options options, BenchReport report)
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            BenchReport.Say($"memory: round {round}");
            foreach (var part in s_parts.Where(part => options.Parts.Contains(part.Name)))
                await part.MeasureAsync(options, report);
        }
    }

    /// <summary>The most that the node grows by while large bodies come in, beside the bytes of those that are under way.</summary>
    private static async Task MeasureLargeBodiesAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store);
        var node = cluster.Node;
        using var api = await BenchApi.ConnectAsync(node);
        var request = WebhookRequest.Make(node.Url, await api.MakeWorkflowAsync("large", 1), LargeBodyBytes);
        using var load = await HttpLoad.ConnectAsync(node.Url, LargeBodies, request);
        await Task.Delay(Settling);
        var before = ProcessFigures.ResidentMb(node.ProcessId);
        var most = before;
        var sending = load.FullAsync(options.Duration);
        while (await Task.WhenAny(sending, Task.Delay(Looking)) != sending)
            most = Math.Max(most, ProcessFigures.ResidentMb(node.ProcessId));
        report.Add("large_bodies_per_s", (await sending).AcceptedPerSecond);
        report.Add("large_bodies_growth_ratio", (most - before) * (1 << 20) / LargeBodies / LargeBodyBytes);
        BenchReport.Say($"memory: {most:0} MB with {LargeBodies} bodies of 10 MB at a time, {before:0} MB before");
    }

    private static async Task MeasureLoadedAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store);
        var node = cluster.Node;
        await LoadAsync(cluster, options);
        await Task.Delay(Settling);
        report.Add("loaded_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        BenchReport.Say("memory: starting a node on that store");
        await node.RestartAsync();
        await Task.Delay(Settling);
        report.Add("restarted_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        BenchReport.Say($"memory: {report.Last("loaded_rss_mb"):0} MB loaded, {report.Last("restarted_rss_mb"):0} MB started again");
    }

    /// <summary>Managed memory of the engine's, in this process.</summary>
    private static async Task MeasureEntitiesAsync(Options options, BenchReport report)
    {
        await using var store = await BenchStore.OpenAsync(options.Store, options.Lanes);
        var (idle, _) = await IdleEntities.MeasureAsync(store.Journal);
        report.Add("bytes_per_entity", idle);
        BenchReport.Say($"memory: {idle:0} bytes per entity");
    }

    private static async Task MeasureIdleAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store, withWorker: true);
        var node = cluster.Node;
        await Task.Delay(UntilCompiled);
        BenchReport.Say($"memory: an idle node for {options.Seconds} s");
        var before = CpuTimes.Now(node.ProcessId);
        await Task.Delay(options.Duration);
        var cpu = CpuTimes.Now(node.ProcessId) - before;
        report.Add("idle_rss_mb", ProcessFigures.ResidentMb(node.ProcessId));
        BenchReport.Say($"memory: {report.Last("idle_rss_mb"):0} MB idle");
        report.Add("idle_cpu_percent", cpu.Node / options.Duration * 100);
        report.Add("idle_worker_rss_mb", ProcessFigures.Descendants(node.ProcessId).Sum(ProcessFigures.ResidentMb));
        report.Add("idle_worker_cpu_percent", (cpu.Worker + cpu.Children) / options.Duration * 100);
    }

    private static async Task LoadAsync(BenchCluster cluster, Options options)
    {
        var node = cluster.Node;
        using var api = await BenchApi.ConnectAsync(node);
        var request = WebhookRequest.Make(node.Url, await api.MakeWorkflowAsync("memory", 1), BodyBytes);
        using var load = await HttpLoad.ConnectAsync(node.Url, Connections, request);
        await using var states = await cluster.Store.OpenStatesAsync();
        await using (await ScriptedWorker.ConnectAsync(node))
        {
            for (var done = 0; done < options.Finished; done += Batch)
            {
                await load.FullAsync(Timeout, Math.Min(Batch, options.Finished - done));
                await states.AllFinalAsync(Timeout);
                BenchReport.Say($"memory: {Math.Min(done + Batch, options.Finished)} finished, {ProcessFigures.ResidentMb(node.ProcessId):0} MB");
            }
        }

        await load.FullAsync(Timeout, options.Waiting);
        var succeeded = await states.CountSuccessAsync();
        if (succeeded != options.Finished || await states.CountAsync() != options.Finished + options.Waiting)
            throw new BenchFailedException($"{succeeded} of {options.Finished} runs succeeded");
    }
}
