using System.Globalization;
using Cluster.Kit;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Durability;

/// <summary>
/// Nodes, workers and their children are killed with -9 under load; then checkers that know nothing of each other look
/// at what the client heard and at what the database holds.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string SeedVariable = "CLUSTER_TEST_SEED";
    private const int Rounds = 3;
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(120);
    private Site _site = null!;

    /// <remarks>Kills come so often here that a few runs are hit again and again: no limit may end them as lost.</remarks>
    public async Task InitializeAsync() =>
        _site = await Site.StartedAsync(("CLUSTER__WORKER__CAPACITY", "4"), ("CLUSTER__RUNS__MAX_ATTEMPTS", "100"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Acknowledged_work_survives_kills_of_every_process_and_is_done_once()
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"{SeedVariable}={seed}");
        var project = await _site.Api.CreateProjectAsync("durable");
        var killer = new Killer(_site, seed, output);
        await using var load = new Load(_site, await SaveWorkflowsAsync(project), s_every);

        load.Start();
        await killer.RunAsync(Rounds);
        await load.StopAsync();
        var shown = await EndOfAllAsync(load.Submissions);
        await _site.StopAsync();

        using var file = new JournalFile(_site.Database, await StoreOpener.OfFileAsync(_site.Database, _site.KeysFolder));
        var histories = RunHistories.Replay(file);
        output.WriteLine(
            $"{load.Submissions.Count} submitted, {load.Submissions.Count(one => one.Accepted is not null)} acknowledged, "
            + $"{histories.Count} stored, {histories.Values.Count(history => history.State.Attempt > 1)} in several attempts");
        Assert.Equal("ok", file.Rows("pragma integrity_check").Single().Text("integrity_check"));
        ClientChecker.Check(load.Submissions, shown, file, histories, killer.ChildrenKilled);
        HistoryChecker.Check(histories);
        RowChecker.Check(file, histories);
        StepChecker.Check(file, histories);
    }

    /// <summary>Waits as a client would, over the API; no run is left behind.</summary>
    private async Task<IReadOnlyList<RunView>> EndOfAllAsync(IEnumerable<Submission> submissions)
    {
        var ends = new List<RunView>();
        foreach (var accepted in submissions.Select(one => one.Accepted).OfType<Accepted>())
            ends.Add(await _site.Api.EndOfRunAsync(accepted.RunId));
        return ends;
    }

    private async Task<IReadOnlyList<SavedWorkflow>> SaveWorkflowsAsync(Guid project) =>
    [
        await _site.Api.SaveWorkflowAsync(project, Workflows.OneStep("one", Step("only", pauseMs: 0))),
        await _site.Api.SaveWorkflowAsync(project, Workflows.Of(
            "three",
            [("a", Step("a", 100)), ("b", Step("b", 200)), ("c", Step("c", 100))],
            ("trigger", "a", "always", null),
            ("a", "b", "js_expression", "!state.errors && state.data.n > 0"),
            ("b", "c", "on_job_success", null))),
        await _site.Api.SaveWorkflowAsync(project, Workflows.Of(
            "rescue",
            [("a", Step("a", 100)), ("b", FailingStep), ("c", Step("c", 100)), ("never", Step("never", 0))],
            ("trigger", "a", "always", null),
            ("a", "b", "always", null),
            ("b", "c", "on_job_failure", null),
            ("b", "never", "on_job_success", null))),
    ];

    private const string FailingStep =
        "fn(async () => { await new Promise(r => setTimeout(r, 100)); throw new Error('as planned'); })";

    /// <summary>Adds itself to a trace that no second execution can write in the same words.</summary>
    private static string Step(string name, int pauseMs) =>
        $$"""
        fn(async state => {
          console.log('{{name}} of', state.data.n);
          await new Promise(r => setTimeout(r, {{pauseMs}}));
          const trace = [...(state.trace || []), '{{name}} ' + Math.random()];
          console.log('{{name}} done');
          return { ...state, trace };
        })
        """;
}
