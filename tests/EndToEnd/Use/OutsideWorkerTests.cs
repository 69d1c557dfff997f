using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Use;

/// <summary>A node whose only worker is one from outside, which reports late, twice and with holes.</summary>
public sealed class OutsideWorkerTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Time = "1700000000000000";
    private static readonly object s_start = new { type = "run:start", timestamp = Time };
    private static readonly object s_end = new { type = "run:complete", reason = "success", timestamp = Time };

    private readonly Site _site = new(("CLUSTER__WORKER__ENABLED", "false"), ("CLUSTER__WORKER__LEASE_GRACE", "60s"));
    private Guid _project;

    public async Task InitializeAsync()
    {
        await _site.StartAsync();
        _project = await _site.Api.CreateProjectAsync("outside");
    }

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Reports_with_a_hole_are_asked_for_again_and_repeated_ones_are_stored_once()
    {
        var workflow = await _site.Api.SaveWorkflowAsync(_project, Workflows.OneStep("any", "fn(state => state)"));
        await using var peer = await PeerAsync();
        await peer.JoinAsync();
        var run = await ClaimAsync(peer, workflow);

        var hole = await peer.ReportAsync(run, 1, 3, Line("late"));
        Assert.Equal(("gap", 0), ((string?)hole["response"]!["reason"], (int?)hole["response"]!["next"]));
        await peer.ReportAsync(run, 1, 0, s_start, Line("one"));
        var overlapping = await peer.ReportAsync(run, 1, 1, Line("one"), Line("two"), s_end);
        Assert.Equal(4, (int?)overlapping["response"]!["next"]);
        var repeated = await peer.ReportAsync(run, 1, 0, s_start, Line("one"), Line("two"), s_end);

        // The end has taken the lease with it: whoever repeats hears that it is over.
        Assert.Equal("stale_attempt", (string?)repeated["response"]!["reason"]);
        Assert.Equal("success", (await _site.Api.EndOfRunAsync(run)).State);
        Assert.Equal(["one", "two"], (await _site.Api.LogAsync(run)).Select(line => line.Message[0].GetString()));
    }

    [Fact]
    public async Task A_report_that_nobody_can_read_gives_the_attempt_up()
    {
        var workflow = await _site.Api.SaveWorkflowAsync(_project, Workflows.OneStep("garbled", "fn(state => state)"));
        await using var peer = await PeerAsync();
        await peer.JoinAsync();
        var run = await ClaimAsync(peer, workflow);

        var garbled = await peer.ReportAsync(run, 1, 0, new { type = "run:complete", reason = new[] { 7 } });
        Assert.Equal("invalid", (string?)garbled["response"]!["reason"]);
        await peer.PushAsync("demand", new { demand = 1 });
        var again = await peer.NextPushAsync("run");

        Assert.Equal((run, 2), (again["run_id"]!.GetValue<Guid>(), (int?)again["attempt"]));
    }

    [Fact]
    public async Task A_log_whose_secrets_nobody_knows_any_more_is_hidden()
    {
        var credential = await _site.Api.CreateCredentialAsync("gone", new { password = "soon-to-be-gone" }, _project);
        var workflow = await _site.Api.SaveWorkflowAsync(
            _project, Workflows.OneStep("uses", "fn(state => state)", credential: credential));
        Guid run;
        await using (var peer = await PeerAsync())
        {
            await peer.JoinAsync();
            run = await ClaimAsync(peer, workflow);
        }

        _site.Node.Kill();
        await _site.Node.ExitCodeAsync(Until.Bound);
        await _site.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/credentials/{credential}");
        using var deleted = await _site.Api.SendAsync(request);
        Assert.Equal(202, (int)deleted.StatusCode);

        await using var back = await PeerAsync();
        var joined = await back.JoinAsync(new { run_id = run, attempt = 1 });
        Assert.Empty(joined["response"]!["drop"]!.AsArray());
        var reported = await back.ReportAsync(run, 1, 0, s_start, Line("soon-to-be-gone"), s_end);

        Assert.Equal(3, (int?)reported["response"]!["next"]);
        Assert.Equal("success", (await _site.Api.EndOfRunAsync(run)).State);
        var log = await _site.Api.TextAsync($"/v1/runs/{run}/logs");
        Assert.DoesNotContain("soon-to-be-gone", log, StringComparison.Ordinal);
    }

    private static object Line(string text) =>
        new { type = "log", source = "JOB", level = "info", message = new[] { text }, timestamp = Time };

    private Task<WorkerPeer> PeerAsync() =>
        WorkerPeer.ConnectAsync(_site.Api.Address, WorkerPeer.TokenOf(_site.WorkerSecret, "outside"));

    private async Task<Guid> ClaimAsync(WorkerPeer peer, SavedWorkflow workflow)
    {
        var accepted = await _site.Api.SubmitAsync(workflow, new { });
        await peer.PushAsync("demand", new { demand = 1 });
        var pushed = await peer.NextPushAsync("run");
        Assert.Equal(accepted.RunId, pushed["run_id"]!.GetValue<Guid>());
        return accepted.RunId;
    }
}
