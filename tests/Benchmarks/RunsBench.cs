using System.Diagnostics;
using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// Finished runs per second from end to end: webhook, journal, worker, runtime, read model. The clock runs from the first
/// request to the moment at which the store knows every run as final; all of them have to be successes.
/// </summary>
internal static class RunsBench
{
    private const int WarmingRuns = 1_000;
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    private static readonly Kind[] s_kinds =
    [
        new("one_step", 1),
        new("three_step", 3),
        new("one_step_10kb", 1) { Body = 10_000 },
        new("one_step_1mb", 1) { Body = 1_000_000, Share = 20, Connections = 8 },
    ];

    /// <summary>Names of what can be measured.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. s_kinds.Select(kind => kind.Name)];

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync(options.Store, withWorker: !options.IsWorkerScripted);
        await using var scripted = options.IsWorkerScripted ? await ScriptedWorker.ConnectAsync(cluster.Node) : null;
        using var api = await BenchApi.ConnectAsync(cluster.Node);
        await using var states = await cluster.Store.OpenStatesAsync();
        var kinds = s_kinds.Where(kind => options.Kinds.Contains(kind.Name)).ToArray();
        var triggers = new Dictionary<Kind, Guid>();
        foreach (var kind in kinds)
            triggers[kind] = await api.MakeWorkflowAsync(kind.Name, kind.Steps);
        var accepted = 0L;
        for (var round = 0; round <= options.Rounds; round++)
        {
            foreach (var kind in kinds)
            {
                BenchReport.Say($"runs: {(round == 0 ? "warming up" : $"round {round}")}, {kind.Name}, load {Machine.LoadAverage():0.0}");
                var runs = Math.Max(1, (round == 0 ? Math.Min(WarmingRuns, options.Runs) : options.Runs) / kind.Share);
                accepted += await MeasureAsync(cluster, states, options, triggers[kind], kind, runs, round == 0 ? null : report);
            }
        }

        var succeeded = await states.CountSuccessAsync();
        if (succeeded != accepted)
            throw new BenchFailedException($"{accepted} runs were accepted and {succeeded} succeeded");
    }

    private static async Task<long> MeasureAsync(
        BenchCluster cluster, RunStates states, Options options, Guid trigger, Kind kind, int runs, BenchReport? report)
    {
        var node = cluster.Node;
        using var load = await HttpLoad.ConnectAsync(
            node.Url, Math.Min(options.Connections, kind.Connections), WebhookRequest.Make(node.Url, trigger, kind.Body ?? options.Body));
        var (before, server) = (CpuTimes.Now(node.ProcessId), cluster.Store.ServerCpu);
        var clock = Stopwatch.StartNew();
        var result = await load.FullAsync(s_timeout, runs);
        await states.AllFinalAsync(s_timeout);
        var seconds = clock.Elapsed.TotalSeconds;
        var cpu = CpuTimes.Now(node.ProcessId) - before;
        report?.Add($"{kind.Name}_per_s", result.Accepted / seconds);
        report?.Add($"{kind.Name}_node_cpu_us", cpu.Node.TotalMicroseconds / result.Accepted);
        report?.Add($"{kind.Name}_postgres_cpu_us", (cluster.Store.ServerCpu - server).TotalMicroseconds / result.Accepted);
        report?.Add($"{kind.Name}_worker_cpu_us", cpu.Worker.TotalMicroseconds / result.Accepted);
        report?.Add($"{kind.Name}_children_cpu_us", cpu.Children.TotalMicroseconds / result.Accepted);
        report?.Add($"{kind.Name}_client_cpu_us", cpu.Client.TotalMicroseconds / result.Accepted);
        return result.Accepted;
    }

    private sealed record Kind(string Name, int Steps)
    {
        /// <summary>Bytes of a request; null for what was asked for.</summary>
        public int? Body { get; init; }

        /// <summary>Only one run of so many: the others would take too long.</summary>
        public int Share { get; init; } = 1;

        public int Connections { get; init; } = int.MaxValue;
    }
}
