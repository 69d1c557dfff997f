using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.LifeCycle;

/// <summary>How a node starts, refuses to start, and stops.</summary>
public sealed class StartAndStopTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Drain time of the worker, and all that a stop needs beside it on a slow machine.</summary>
    private static readonly TimeSpan s_stopBound = TimeSpan.FromSeconds(30);

    private readonly Site _site = new(("CLUSTER__WORKER__DRAIN", "5s"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_under_load_exits_cleanly_and_loses_nothing()
    {
        await _site.StartAsync();
        var project = await _site.Api.CreateProjectAsync("busy");
        var workflow = await _site.Api.SaveWorkflowAsync(project, Workflows.OneStep(
            "slow", "fn(async state => { await new Promise(r => setTimeout(r, 200)); return { ...state, n: state.data.n }; })"));
        var accepted = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => _site.Api.SubmitAsync(workflow, new { n })));
        await _site.Api.EndOfRunAsync(accepted[0].RunId);
        var family = ProcessTable.DescendantsOf(_site.Node.Id);

        await _site.StopAsync(s_stopBound);

        Assert.DoesNotContain(family, ProcessTable.IsAlive);
        await _site.StartAsync();
        for (var n = 0; n < accepted.Length; n++)
        {
            var run = await _site.Api.EndOfRunAsync(accepted[n].RunId);
            Assert.Equal("success", run.State);
            Assert.Equal(n, (await _site.Api.DataclipAsync(run.OutputDataclipId!.Value)).GetProperty("n").GetInt32());
        }
    }

    [Fact]
    public async Task A_run_that_is_executing_when_the_node_stops_may_finish_in_its_first_attempt()
    {
        await _site.StartAsync();
        var project = await _site.Api.CreateProjectAsync("polite");
        var workflow = await _site.Api.SaveWorkflowAsync(project, Workflows.OneStep(
            "short", "fn(async state => { await new Promise(r => setTimeout(r, 2000)); return state; })"));
        var accepted = await _site.Api.SubmitAsync(workflow, new { });
        await _site.Api.StartOfRunAsync(accepted.RunId);

        await _site.StopAsync(s_stopBound);
        await _site.StartAsync();

        var run = await _site.Api.EndOfRunAsync(accepted.RunId);
        Assert.Equal(("success", 1), (run.State, run.Attempt));
    }

    [Fact]
    public async Task A_node_with_bad_settings_names_all_faults_and_does_not_start()
    {
        _site.Settings["CLUSTER__HTTP__PORT"] = "99999";
        _site.Settings["CLUSTER__HTTP__REQUEST_TIMEOUT"] = "soon";
        _site.Settings["CLUSTER__WORKER__CAPACTY"] = "4";

        await using var node = NodeProcess.Start(_site.Settings);

        Assert.NotEqual(0, await node.ExitCodeAsync(Until.Bound));
        await node.Errors.LineAsync("never printed").WaitAsync(Until.Bound);
        Assert.Contains("http.port", node.Errors.Text, StringComparison.Ordinal);
        Assert.Contains("http.request-timeout", node.Errors.Text, StringComparison.Ordinal);
        Assert.Contains("worker.capacty", node.Errors.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", node.Errors.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(_site.Database));
    }

    [Fact]
    public async Task A_second_node_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        await _site.StartAsync();

        await using var second = NodeProcess.Start(_site.Settings);

        Assert.NotEqual(0, await second.ExitCodeAsync(Until.Bound));
        await second.Errors.LineAsync("never printed").WaitAsync(Until.Bound);
        Assert.Contains("open in another process", second.Errors.Text, StringComparison.Ordinal);
        await Probe.NormalRunAsync(_site.Api, await _site.Api.CreateProjectAsync("first"));
    }

    [Fact]
    public async Task A_node_whose_port_is_taken_says_so_and_does_not_start()
    {
        await _site.StartAsync();
        await using var other = new Site(("CLUSTER__HTTP__PORT", $"{_site.Api.Address.Port}"));

        await using var node = NodeProcess.Start(other.Settings);

        Assert.NotEqual(0, await node.ExitCodeAsync(Until.Bound));
        await node.Errors.LineAsync("never printed").WaitAsync(Until.Bound);
        Assert.Contains("address already in use", node.Output.Text + node.Errors.Text, StringComparison.Ordinal);
    }
}
