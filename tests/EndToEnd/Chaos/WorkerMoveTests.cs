using System.Text.Json.Nodes;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>Workers from outside, whose node is not the only one that they can turn to.</summary>
public sealed class WorkerMoveTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Time = "1700000000000000";
    private static readonly object s_start = new { type = "run:start", timestamp = Time };
    private static readonly object s_end = new { type = "run:complete", reason = "success", timestamp = Time };
    private ClusterSite? _site;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_site is null) return;
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_whose_node_was_killed_finishes_its_attempt_through_another_node()
    {
        var site = await StartAsync(leaseGrace: "60s");
        await using var peer = await PeerAsync(site.Nodes[0]);
        await peer.JoinAsync();
        var (run, attempt) = await ClaimAsync(peer, await SubmitAsync(site.Nodes[0]));
        await peer.ReportAsync(run, attempt, 0, s_start);

        site.Nodes[0].Process.KillAll();
        await site.Nodes[0].Process.ExitCodeAsync(Until.Bound);
        await site.SettledAsync();
        await using var again = await PeerAsync(site.Nodes[1]);
        var joined = await again.JoinAsync(new { run_id = run, attempt });
        var reported = await again.ReportAsync(run, attempt, 1, s_end);

        Assert.Empty(joined["response"]!["drop"]!.AsArray());
        Assert.Equal(2, (int?)reported["response"]!["next"]);
        using var api = site.ApiOf(site.Nodes[2]);
        var end = await api.EndOfRunAsync(run);
        Assert.Equal(("success", 1), (end.State, end.Attempt));
    }

    [Fact]
    public async Task A_worker_that_comes_back_too_late_is_refused_by_every_node()
    {
        var site = await StartAsync(leaseGrace: "1s");
        Guid run;
        await using (var late = await PeerAsync(site.Nodes[0]))
        {
            await late.JoinAsync();
            (run, _) = await ClaimAsync(late, await SubmitAsync(site.Nodes[0]));
            await late.ReportAsync(run, 1, 0, s_start);
        }

        await using var next = await PeerAsync(site.Nodes[1]);
        await next.JoinAsync();
        Assert.Equal((run, 2), await ClaimAsync(next, run));
        foreach (var node in site.Nodes)
        {
            await using var back = await PeerAsync(node);
            var joined = await back.JoinAsync(new { run_id = run, attempt = 1 });
            Assert.Equal([run.ToString()], joined["response"]!["drop"]!.AsArray().Select(RunOf));
            var reported = await back.ReportAsync(run, 1, 1, s_end);
            Assert.Equal("stale_attempt", (string?)reported["response"]!["reason"]);
        }

        await next.ReportAsync(run, 2, 0, s_start, s_end);
        using var api = site.ApiOf(site.Nodes[2]);
        var end = await api.EndOfRunAsync(run);
        Assert.Equal(("success", 2), (end.State, end.Attempt));
    }

    private static string? RunOf(JsonNode? dropped) => dropped is JsonObject named ? (string?)named["run_id"] : (string?)dropped;

    private async Task<ClusterSite> StartAsync(string leaseGrace) => _site = await ClusterSite.StartedAsync(
        3, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"), ("CLUSTER__WORKER__LEASE_GRACE", leaseGrace));

    private Task<WorkerPeer> PeerAsync(ClusterNode node) =>
        WorkerPeer.ConnectAsync(node.Address, WorkerPeer.TokenOf(_site!.WorkerSecret, "outside"));

    private async Task<Guid> SubmitAsync(ClusterNode node)
    {
        using var api = _site!.ApiOf(node);
        var workflow = await api.SaveWorkflowAsync(await api.CreateProjectAsync("outside"), Workflows.OneStep("any", "fn(state => state)"));
        return (await api.SubmitAsync(workflow, new { })).RunId;
    }

    private static async Task<(Guid Run, int Attempt)> ClaimAsync(WorkerPeer peer, Guid run)
    {
        await peer.PushAsync("demand", new { demand = 1 });
        var pushed = await peer.NextPushAsync("run");
        Assert.Equal(run, pushed["run_id"]!.GetValue<Guid>());
        return (run, (int)pushed["attempt"]!);
    }
}
