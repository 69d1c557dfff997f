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
    private const int WarmingRuns = 300;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var node = await BenchNode.StartAsync(withWorker: !options.IsWorkerScripted);
        await using var scripted = options.IsWorkerScripted ? await ScriptedWorker.ConnectAsync(node) : null;
        using var api = await BenchApi.ConnectAsync(node);
        await using var states = await RunStates.OpenAsync(node.StorePath);
        var kinds = new[]
        {
            (Name: "one_step", Trigger: await api.MakeWorkflowAsync("one", 1)),
            (Name: "three_step", Trigger: await api.MakeWorkflowAsync("three", 3)),
        };
        var accepted = 0L;
        for (var round = 0; round <= options.Rounds; round++)
        {
            foreach (var (name, trigger) in kinds)
            {
                var runs = round == 0 ? WarmingRuns : options.Runs;
                BenchReport.Say($"runs: {(round == 0 ? "warming up" : $"round {round}")}, {name}, load {Machine.LoadAverage():0.0}");
                accepted += await MeasureAsync(node, states, options, trigger, runs, round == 0 ? null : report, name);
            }
        }

        var succeeded = await states.CountSuccessAsync();
        if (succeeded != accepted)
            throw new BenchFailedException($"{accepted} runs were accepted and {succeeded} succeeded");
    }

    private static async Task<long> MeasureAsync(
        BenchNode node, RunStates states, Options options, Guid trigger, int runs, BenchReport? report, string name)
    {
        using var load = await HttpLoad.ConnectAsync(
            node.Url, options.Connections, WebhookRequest.Make(node.Url, trigger, options.Body));
        var before = CpuTimes.Now(node.ProcessId);
        var clock = Stopwatch.StartNew();
        var result = await load.FullAsync(Timeout, runs);
        await states.AllFinalAsync(Timeout);
        var seconds = clock.Elapsed.TotalSeconds;
        var cpu = CpuTimes.Now(node.ProcessId) - before;
        report?.Add($"{name}_per_s", result.Accepted / seconds);
        report?.Add($"{name}_node_cpu_us", cpu.Node.TotalMicroseconds / result.Accepted);
        report?.Add($"{name}_worker_cpu_us", cpu.Worker.TotalMicroseconds / result.Accepted);
        report?.Add($"{name}_children_cpu_us", cpu.Children.TotalMicroseconds / result.Accepted);
        report?.Add($"{name}_client_cpu_us", cpu.Client.TotalMicroseconds / result.Accepted);
        return result.Accepted;
    }
}
