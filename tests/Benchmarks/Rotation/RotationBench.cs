using System.Diagnostics;
using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks.Rotation;

/// <summary>
/// A rotation of keys under load: nodes with real workers on one PostgreSQL execute runs of one step, whose job uses a credential, at a
/// fixed rate before, during and after it. Every run has to succeed, nothing in the store may be left under a key of before, and
/// the shares of before must open nothing any more.
/// </summary>
internal static class RotationBench
{
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            BenchReport.Say($"rotation: round {round}: starting {options.Nodes} nodes");
            await using var cluster = await BenchCluster.StartAsync("postgres", options.Nodes, withWorker: true);
            await MeasureAsync(cluster, options, report);
            BenchReport.Say($"rotation: round {round}: {report.Last("rotation_s"):0.0} s, {report.Last("resealed"):0} values sealed anew, " +
                $"p99 of runs {report.Last("before_p99_ms"):0} / {report.Last("during_p99_ms"):0} / {report.Last("after_p99_ms"):0} ms, load {Machine.LoadAverage():0.0}");
        }
    }

    private static async Task MeasureAsync(BenchCluster cluster, Options options, BenchReport report)
    {
        using var load = await ConnectAsync(cluster, options);
        var shares = await Shares.ReadAsync(cluster.KeysFolder);
        var accepted = await WarmAsync(cluster, load, options.Rate);

        await using var runs = new RunLatencies(await cluster.Store.OpenAsync());
        accepted += await PhaseAsync("before", load.PacedAsync(options.Duration, options.Rate), runs, report);
        BenchReport.Say("rotation: rotating");
        var rotation = RotateAsync(cluster, report);
        accepted += await PhaseAsync("during", load.PacedAsync(s_longest, options.Rate, rotation), runs, report);
        await rotation;
        accepted += await PhaseAsync("after", load.PacedAsync(options.Duration, options.Rate), runs, report);

        await AllSucceededAsync(cluster, accepted, report);
        await NothingIsLeftAsync(cluster, report);
        BenchReport.Say("rotation: starting nodes with the shares of before, and with the others alone");
        await OnlyNewSharesOpenAsync(cluster, shares);
    }

    private static async Task<HttpLoad> ConnectAsync(BenchCluster cluster, Options options)
    {
        using var api = await BenchApi.ConnectAsync(cluster.Node);
        var trigger = await api.MakeWorkflowAsync("rotation", 1, await api.MakeCredentialAsync("rotation"));
        await Task.WhenAll(cluster.Nodes.Select(node => api.KnownAsync(node, trigger)));
        var request = WebhookRequest.Make(cluster.Node.Url, trigger, options.Body);
        return await HttpLoad.ConnectAsync([.. cluster.Nodes.Select(node => node.Url)], options.Connections, [request]);
    }

    /// <summary>The first runs wait for workers' processes and adaptors: none of them is left when it is over.</summary>
    private static async Task<long> WarmAsync(BenchCluster cluster, HttpLoad load, int rate)
    {
        var accepted = (await load.PacedAsync(s_warming, rate)).Accepted;
        await using var states = await cluster.Store.OpenStatesAsync();
        await states.AllFinalAsync(s_timeout);
        return accepted;
    }

    /// <returns>Runs that were accepted.</returns>
    private static async Task<long> PhaseAsync(string name, Task<LoadResult> load, RunLatencies runs, BenchReport report)
    {
        var began = TimeProvider.System.GetUtcNow();
        var result = await load;
        var ended = TimeProvider.System.GetUtcNow();
        if (result.Refused + result.Unknown > 0)
            throw new BenchFailedException($"{result.Refused} runs were refused {name} the rotation, and of {result.Unknown} nobody knows");

        // Runs of the end shall have ended, too.
        await runs.AllFinalAsync(began, ended, s_timeout);
        var (p50, p99) = await runs.OfAsync(began, ended);
        report.Add($"{name}_p50_ms", p50);
        report.Add($"{name}_p99_ms", p99);
        report.Add($"{name}_answer_p99_ms", result.Latencies.Milliseconds(0.99));
        return result.Accepted;
    }

    private static async Task RotateAsync(BenchCluster cluster, BenchReport report)
    {
        var clock = Stopwatch.StartNew();
        await cluster.CommandAsync("keys", "rotate");
        while ((await cluster.Store.ReadAsync("select 1 from master_keys where version = 1 and state = 'retired'")).Count == 0)
        {
            if (clock.Elapsed > s_longest)
                throw new BenchFailedException($"the rotation has not ended after {clock.Elapsed.TotalMinutes:0} minutes");
            await Task.Delay(100);
        }

        report.Add("rotation_s", clock.Elapsed.TotalSeconds);
    }

    private static async Task AllSucceededAsync(BenchCluster cluster, long accepted, BenchReport report)
    {
        await using var states = await cluster.Store.OpenStatesAsync();
        await states.AllFinalAsync(s_timeout);
        var (stored, succeeded) = (await states.CountAsync(), await states.CountSuccessAsync());
        report.Add("runs", stored);
        report.Add("failed", stored - succeeded);
        if (stored != accepted || succeeded != accepted)
            throw new BenchFailedException($"{accepted} runs were accepted, {stored} are stored and {succeeded} succeeded");
    }

    private static async Task NothingIsLeftAsync(BenchCluster cluster, BenchReport report)
    {
        await using var blobs = new SealedBlobs(await cluster.Store.OpenAsync());
        var (resealed, damaged) = await blobs.WalkedAsync();
        var (all, left) = await blobs.CountAsync();
        report.Add("resealed", resealed);
        report.Add("blobs", all);
        report.Add("left", left);
        if (damaged > 0 || left > 0 || all == 0)
            throw new BenchFailedException($"of {all} sealed values in the store {left} name keys of before, and {damaged} were not readable");
        if (await blobs.CountOldKeysAsync() is var keys and > 0)
            throw new BenchFailedException($"{keys} data keys of before are left");
    }

    private static async Task OnlyNewSharesOpenAsync(BenchCluster cluster, Shares before)
    {
        var (token, after) = (cluster.Token, await Shares.ReadAsync(cluster.KeysFolder));
        await cluster.KillAsync();
        await before.WriteAsync(cluster.KeysFolder);
        if (await cluster.ReadinessAsync() is var said && !said.Contains("\"sealed\"", StringComparison.Ordinal))
            throw new BenchFailedException($"a node with the shares of before is not sealed: {said}");

        await after.Without(before).WriteAsync(cluster.KeysFolder);
        await cluster.AddAsync();
        await using var runs = new RunLatencies(await cluster.Store.OpenAsync());
        await runs.OldestOpensAsync(cluster.Node.Url, token);
    }
}
