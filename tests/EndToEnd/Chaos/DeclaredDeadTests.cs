using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>A node that the others have taken for dead comes back.</summary>
public sealed class DeclaredDeadTests(ITestOutputHelper output) : IAsyncLifetime
{
    private ClusterSite _site = null!;

    public async Task InitializeAsync() => _site = await ClusterSite.StartedAsync(
        3, isLastClockFake: false, ("CLUSTER__WORKER__CAPACITY", "2"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_node_declared_dead_ends_with_an_error_and_others_have_finished_its_runs()
    {
        var zombie = _site.Nodes[1];
        using var api = _site.ApiOf(zombie);
        using var other = _site.ApiOf(_site.Nodes[0]);
        var workflow = await other.SaveWorkflowAsync(await other.CreateProjectAsync("slow"), Workflows.OneStep(
            "slow", "fn(async state => { await new Promise(r => setTimeout(r, 4000)); return state; })"));
        var worker = await zombie.WorkerAsync();
        var accepted = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => api.SubmitAsync(workflow, new { marker = $"{n}" })));
        await Until.TrueAsync("the node's worker executes a run", () => _site.Database.IsExecutingAsync(worker));

        zombie.Pause(alone: false);
        await Until.TrueAsync("the node is declared down", () => _site.Database.IsDownAsync(zombie.Id));
        var ends = new List<RunView>();
        foreach (var one in accepted) ends.Add(await other.EndOfRunAsync(one.RunId));
        Assert.False(zombie.Process.HasExited);
        zombie.Resume();

        Assert.NotEqual(0, await zombie.Process.ExitCodeAsync(Until.Bound));
        Assert.Contains("declared down", zombie.Log, StringComparison.Ordinal);
        Assert.All(ends, run => Assert.Equal("success", run.State));
        Assert.Contains(ends, run => run.Attempt > 1);
        foreach (var end in ends)
        {
            var now = await other.RunAsync(end.Id);
            Assert.Equal((end.State, end.Attempt), (now.State, now.Attempt));
        }
    }
}
