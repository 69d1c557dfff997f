using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Use;

/// <summary>What a user does with a node, one story each.</summary>
public sealed class UseTests(ITestOutputHelper output) : IAsyncLifetime
{
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
    public async Task A_webhook_that_replies_after_completion_answers_with_what_the_run_made()
    {
        var workflow = await Api.SaveWorkflowAsync(_project, Workflows.OneStep(
            "sum", "fn(state => ({ ...state, data: { sum: state.data.a + state.data.b } }))", reply: "after_completion"));

        using var answer = await Api.PostWebhookAsync(workflow, JsonContent.Create(new { a = 19, b = 23 }));

        Assert.Equal(201, (int)answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(42, body.GetProperty("data").GetProperty("data").GetProperty("sum").GetInt32());
        Assert.Equal("success", body.GetProperty("meta").GetProperty("state").GetString());
        var order = await Api.WorkOrderAsync(body.GetProperty("meta").GetProperty("work_order_id").GetGuid());
        Assert.Equal("success", order.State);
    }

    [Fact]
    public async Task A_log_is_followed_while_the_run_writes_it()
    {
        var workflow = await Api.SaveWorkflowAsync(_project, Workflows.OneStep("talk", Workflows.EndlessBody));
        var accepted = await Api.SubmitAsync(workflow, new { });

        // The run ends only after the stream has shown a line: what it shows, it shows live.
        var lines = new List<JsonElement>();
        JsonElement? end = null;
        await foreach (var (name, data) in Api.FollowLogAsync(accepted.RunId))
        {
            if (name == "end") end = data;
            else lines.Add(data);
            if (name == "line" && data.GetProperty("message")[0].ToString() == "begun") await Api.CancelAsync(accepted.RunId);
        }

        Assert.Equal("cancelled", end?.GetProperty("state").GetString());
        var numbers = lines.Select(line => line.GetProperty("number").GetInt32()).ToList();
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.Equal((await Api.LogAsync(accepted.RunId)).Select(line => line.Number), numbers);
    }

    [Fact]
    public async Task A_running_run_is_cancelled_and_its_process_is_gone()
    {
        var workflow = await Api.SaveWorkflowAsync(_project, Workflows.OneStep(
            "endless", "fn(state => { console.log('begun'); for (;;) {} })"));
        var accepted = await Api.SubmitAsync(workflow, new { });
        await BegunAsync(accepted.RunId);
        var busy = ProcessTable.ChildrenOf(await _site.Node.WorkerAsync());

        var cancelled = await Api.CancelAsync(accepted.RunId);

        Assert.Equal("cancelled", cancelled.State);
        Assert.Equal("lost", Assert.Single(cancelled.Steps!).ExitReason);
        Assert.Equal("cancelled", (await Api.WorkOrderAsync(accepted.WorkOrderId)).State);
        await Until.TrueAsync("the process of the run is gone", () => busy.Any(id => !ProcessTable.IsAlive(id)));
        await Probe.NormalRunAsync(Api, _project);
    }

    [Fact]
    public async Task A_run_goes_on_behind_its_last_finished_step_when_its_worker_is_killed()
    {
        var workflow = await Api.SaveWorkflowAsync(_project, Workflows.Of(
            "journey",
            [
                ("first", "fn(state => ({ ...state, data: { token: Math.random() } }))"),
                ("second",
                    """
                    fn(async state => {
                      console.log('begun');
                      await new Promise(r => setTimeout(r, 5000));
                      return { ...state, data: { ...state.data, second: true } };
                    })
                    """),
            ],
            ("trigger", "first", "always", null),
            ("first", "second", "on_job_success", null)));
        var accepted = await Api.SubmitAsync(workflow, new { });
        await BegunAsync(accepted.RunId);
        var first = Assert.Single((await Api.RunAsync(accepted.RunId)).Steps!, step => step.ExitReason == "success");
        var token = (await Api.DataclipAsync(first.OutputDataclipId!.Value)).GetProperty("data").GetProperty("token").GetDouble();

        ProcessTable.Signal(await _site.Node.WorkerAsync(), ProcessTable.SigKill);
        var run = await Api.EndOfRunAsync(accepted.RunId);

        Assert.Equal("success", run.State);
        Assert.Equal(2, run.Attempt);
        Assert.Equal(
            [("first", 1, "success"), ("second", 1, "lost"), ("second", 2, "success")],
            run.Steps!.Select(step => (workflow.NameOf(step.JobId), step.Attempt, step.ExitReason)));
        var final = (await Api.DataclipAsync(run.OutputDataclipId!.Value)).GetProperty("data");
        Assert.Equal(token, final.GetProperty("token").GetDouble());
        Assert.True(final.GetProperty("second").GetBoolean());
        Assert.Equal([1, 2], (await Api.LogAsync(run.Id)).Select(line => line.Attempt).Distinct());
    }

    [Fact]
    public async Task A_credential_reaches_its_job_and_no_log()
    {
        var secret = "s3cr3t-" + Guid.NewGuid().ToString("N");
        var credential = await Api.CreateCredentialAsync("dhis2", new { username = "ann", password = secret }, _project);
        var workflow = await Api.SaveWorkflowAsync(_project, Workflows.OneStep(
            "login",
            """
            fn(state => {
              const { username, password } = state.configuration;
              console.log('password is ' + password, { nested: [password] });
              console.log(Buffer.from(username + ':' + password).toString('base64'));
              throw new Error('refused: ' + password);
            })
            """,
            credential: credential));

        var accepted = await Api.SubmitAsync(workflow, new { });
        var run = await Api.EndOfRunAsync(accepted.RunId);

        Assert.Equal("failed", run.State);
        Assert.Equal("refused: ***", run.ErrorMessage);
        var log = await Api.TextAsync($"/v1/runs/{run.Id}/logs?limit=200");
        Assert.Contains("password is ***", log, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:" + secret)), log, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await Api.TextAsync($"/v1/runs/{run.Id}"), StringComparison.Ordinal);
    }

    private Task BegunAsync(Guid run) =>
        Until.SomeAsync($"run {run} has begun", async () =>
            (await Api.LogAsync(run)).FirstOrDefault(line => line.Message[0].ToString() == "begun"));
}
