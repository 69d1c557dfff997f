using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.LifeCycle;

/// <summary>Rotations of keys while there is load, and through the death of the node that rotates.</summary>
public sealed class RotationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Kills = 4;
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(250);

    private readonly Site _site = new(("CLUSTER__KEYS__ROTATION_GRACE", "1s"));

    public Task InitializeAsync() => _site.StartAsync();

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Runs_go_on_while_keys_are_rotated()
    {
        var workflow = await WorkflowAsync();
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(workflow, stop.Token);
        await KeysAsync("rotate");
        await RetiredAsync();
        await stop.CancelAsync();

        var runs = await load;
        Assert.NotEmpty(runs);
        foreach (var run in runs) await ReadsAsync(run);
        Assert.DoesNotContain("damaged", (await KeysAsync("status")).Replace("0 damaged", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_dies_again_and_again_brings_a_rotation_to_its_end()
    {
        var workflow = await WorkflowAsync();
        var runs = new List<Guid>();
        for (var i = 0; i < 10; i++) runs.Add((await _site.Api.SubmitAsync(workflow, new { i })).RunId);
        foreach (var run in runs) await _site.Api.EndOfRunAsync(run);
        await KeysAsync("rotate");
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(900 * (kill + 1)));
            _site.Node.KillAll();
            await _site.StartAsync();
        }

        await RetiredAsync();

        foreach (var run in runs) await ReadsAsync(run);
        await ReadsAsync((await _site.Api.SubmitAsync(workflow, new { last = true })).RunId);
    }

    /// <summary>Whose job needs its credential.</summary>
    private async Task<SavedWorkflow> WorkflowAsync()
    {
        var project = await _site.Api.CreateProjectAsync("rotated");
        var credential = await _site.Api.CreateCredentialAsync("secret", new { password = "marker" }, project);
        return await _site.Api.SaveWorkflowAsync(project, Workflows.OneStep(
            "rotated", "fn(state => { if (state.configuration.password !== 'marker') throw new Error('no'); console.log('ran'); return { data: { ok: true } }; })", credential: credential));
    }

    private async Task<List<Guid>> LoadAsync(SavedWorkflow workflow, CancellationToken stop)
    {
        var runs = new List<Guid>();
        while (!stop.IsCancellationRequested)
        {
            runs.Add((await _site.Api.SubmitAsync(workflow, new { number = runs.Count })).RunId);
            await Task.Delay(s_every, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return runs;
    }

    private async Task ReadsAsync(Guid id)
    {
        var run = await _site.Api.EndOfRunAsync(id);
        Assert.Equal("success", run.State);
        Assert.True((await _site.Api.DataclipAsync(run.OutputDataclipId!.Value)).GetProperty("data").GetProperty("ok").GetBoolean());
        Assert.Contains(await _site.Api.LogAsync(id), static line => line.Message.ToString().Contains("ran", StringComparison.Ordinal));
    }

    private Task RetiredAsync() => Until.TrueAsync(
        "version 1 is retired", async () => (await KeysAsync("status")).Contains("Master key 1: retired", StringComparison.Ordinal));

    private Task<string> KeysAsync(string command) => Tool.RunAsync(
        "env", [.. _site.Settings.Select(setting => $"{setting.Key}={setting.Value}"), "dotnet", Repository.NodeAssembly, "keys", command]);
}
