using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Use;

/// <summary>Jobs with a retry policy, executed by real workers.</summary>
public sealed class StepRetryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string NotYet =
        "fn(state => { if (Date.now() < state.data.from) throw new Error('not yet'); return { ...state, data: { done: true } }; })";

    private Site _site = null!;
    private Guid _project;

    private ApiClient Api => _site.Api;

    public async Task InitializeAsync()
    {
        _site = await Site.StartedAsync();
        _project = await Api.CreateProjectAsync("clinic");
    }

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_failed_step_is_executed_again_until_it_succeeds_and_what_succeeded_is_not()
    {
        var accepted = await Api.SubmitAsync(await SaveAsync(20), new { from = InSeconds(3) });

        var run = await Api.EndOfRunAsync(accepted.RunId);

        Assert.Equal("success", run.State);
        Assert.Equal("success", (await Api.WorkOrderAsync(accepted.WorkOrderId)).State);
        Assert.Single(run.Steps!, step => step.ExitReason == "success" && step.Attempt == 1);
        Assert.True(run.Steps!.Count(step => step.ExitReason == "fail") is >= 2 and <= 8, "it was tried again, and not without a pause");
        Assert.Equal(run.Attempt, run.Steps!.Max(step => step.Attempt));
    }

    [Fact]
    public async Task A_run_that_waits_to_be_tried_again_outlives_its_node()
    {
        var accepted = await Api.SubmitAsync(await SaveAsync(20), new { from = InSeconds(6) });
        await Until.TrueAsync("a second attempt", async () => (await Api.RunAsync(accepted.RunId)).Attempt >= 2);

        _site.Node.KillAll();
        await _site.StartAsync();

        Assert.Equal("success", (await Api.EndOfRunAsync(accepted.RunId)).State);
    }

    [Fact]
    public async Task A_run_fails_when_its_tries_are_used_up()
    {
        var accepted = await Api.SubmitAsync(await SaveAsync(2), new { from = InSeconds(3_600) });

        var run = await Api.EndOfRunAsync(accepted.RunId);

        Assert.Equal(("failed", 2), (run.State, run.Attempt));
        Assert.Equal("JobError", run.ErrorType);
    }

    private static long InSeconds(int seconds) => DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds();

    private Task<SavedWorkflow> SaveAsync(int maxAttempts) => Api.SaveWorkflowAsync(_project, new
    {
        name = "patient",
        trigger = new { type = "webhook", enabled = true },
        jobs = new object[]
        {
            new { name = "first", adaptor = Repository.Common, body = "fn(state => ({ ...state, first: true }))" },
            new
            {
                name = "second", adaptor = Repository.Common, body = NotYet,
                retry = new { maxAttempts, backoffMs = 500, maxBackoffMs = 1_000 },
            },
        },
        edges = new[] { new { from = "trigger", to = "first" }, new { from = "first", to = "second" } },
    });
}
