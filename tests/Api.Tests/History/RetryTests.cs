using System.Net;
using System.Text.Json;
using Actors.Runs;
using Api.Tests.Fixtures;
using Api.Tests.Workers;

namespace Api.Tests.History;

public sealed class RetryTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Answer _workflow = null!;

    private string WorkflowUrl => $"/v1/projects/{_project}/workflows/{_workflow.Id}";

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_retry_from_a_step_takes_its_input_and_reuses_what_went_before()
    {
        var played = await _node.PlayAsync(_project, _workflow);
        var before = await OrderAsync(played);

        var answer = (await _node.RetryAsync(played.Run, $$"""{"step":"{{played.SendStep}}"}""")).MustBe(HttpStatusCode.Accepted);

        Assert.Equal(played.WorkOrder.ToString(), answer["workOrderId"]);
        var run = await _node.Client.GetAsync(answer.Headers.Location!.ToString(), null);
        Assert.Equal("available", run["state"]);
        Assert.Equal("manual", run["queue"]);
        Assert.Equal(_workflow.JobId(1).ToString(), run["startNodeId"]);
        Assert.Equal(played.Between.ToString(), run["inputDataclipId"]);
        Assert.Equal(played.Run.ToString(), run["retryOf"]);
        Assert.Equal(played.SendStep.ToString(), run["retryStep"]);
        var step = Assert.Single(run.Json.GetProperty("steps").EnumerateArray());
        Assert.Equal(played.LoadStep, step.GetProperty("id").GetGuid());
        Assert.True(step.GetProperty("reused").GetBoolean());
        Assert.Equal(0, step.GetProperty("attempt").GetInt32());
        Assert.Equal("success", step.GetProperty("exitReason").GetString());
        Assert.Equal(1000, step.GetProperty("durationMs").GetInt32());

        var order = await OrderAsync(played);
        Assert.Equal("pending", order["state"]);
        foreach (var kept in (string[])["createdAt", "dataclipId", "workflowVersion", "workflowId"]) Assert.Equal(before[kept], order[kept]);
        Assert.Equal([played.Run, run.Id], order.Json.GetProperty("runs").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));

        await _node.ExecuteAsync(run.Id, _workflow.JobId(1));
        Assert.Equal("success", (await OrderAsync(played))["state"]);
        Assert.Equal(before["createdAt"], (await OrderAsync(played))["createdAt"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task A_retry_from_the_start_repeats_all(string? body)
    {
        var played = await _node.PlayAsync(_project, _workflow, """{"a":1}""");
        var first = await RunAsync(played.Run);

        var again = await RunAsync((await _node.RetryAsync(played.Run, body)).MustBe(HttpStatusCode.Accepted).Json.GetProperty("runId").GetGuid());

        Assert.Equal(first["startNodeId"], again["startNodeId"]);
        Assert.Equal(first["inputDataclipId"], again["inputDataclipId"]);
        Assert.Empty(again.Json.GetProperty("steps").EnumerateArray());
        Assert.Null(again["retryStep"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_retry_may_name_a_job(bool byId)
    {
        var played = await _node.PlayAsync(_project, _workflow);
        var job = byId ? _workflow.JobId(1).ToString() : "send";
        var answer = (await _node.RetryAsync(played.Run, $$"""{"job":"{{job}}"}""")).MustBe(HttpStatusCode.Accepted);
        Assert.Equal(_workflow.JobId(1).ToString(), (await RunAsync(answer.Json.GetProperty("runId").GetGuid()))["startNodeId"]);
    }

    [Fact]
    public async Task A_retry_of_a_retry_from_its_start_keeps_what_it_reused()
    {
        var played = await _node.PlayAsync(_project, _workflow);
        var second = (await _node.RetryAsync(played.Run, """{"job":"send"}""")).Json.GetProperty("runId").GetGuid();
        await _node.ExecuteAsync(second, _workflow.JobId(1));

        var third = await RunAsync((await _node.RetryAsync(second)).MustBe(HttpStatusCode.Accepted).Json.GetProperty("runId").GetGuid());

        Assert.Equal(_workflow.JobId(1).ToString(), third["startNodeId"]);
        Assert.Equal(played.Between.ToString(), third["inputDataclipId"]);
        Assert.Equal(played.LoadStep, Assert.Single(third.Json.GetProperty("steps").EnumerateArray()).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task A_retry_executes_the_newest_version_and_the_order_keeps_its_own()
    {
        var played = await _node.PlayAsync(_project, _workflow);
        await SaveAsync(jobs: null);
        var run = await RunAsync((await _node.RetryAsync(played.Run, """{"job":"send"}""")).Json.GetProperty("runId").GetGuid());
        Assert.Equal("2", run["workflowVersion"]);
        Assert.Equal("1", (await OrderAsync(played))["workflowVersion"]);
    }

    [Fact]
    public async Task Of_twenty_retries_at_once_one_is_taken()
    {
        var played = await _node.PlayAsync(_project, _workflow);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _node.RetryAsync(played.Run, """{"job":"send"}""")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Accepted), answer => answer.MustBe(409, "work_order_unfinished"));
        Assert.Equal(2, (await OrderAsync(played)).Json.GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public async Task An_unfinished_order_is_not_retried()
    {
        var (order, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        (await _node.RetryAsync(run)).MustBe(409, "work_order_unfinished");
        await _node.Client.CallAsync(HttpMethod.Post, $"/v1/work-orders/{order}:cancel");
        (await _node.RetryAsync(run)).MustBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("""{"step":"00000000-0000-0000-0000-000000000007"}""", 422, "invalid", "step")]
    [InlineData("""{"job":"nobody"}""", 422, "invalid", "job")]
    [InlineData("""{"step":"00000000-0000-0000-0000-000000000007","job":"send"}""", 422, "invalid", "job")]
    [InlineData("""{"stpe":1}""", 422, "unknown_field", "stpe")]
    [InlineData("""{"step":""", 400, "malformed_json", null)]
    public async Task A_bad_retry_is_refused(string body, int status, string code, string? field)
    {
        var played = await _node.PlayAsync(_project, _workflow);
        var answer = (await _node.RetryAsync(played.Run, body)).MustBe(status, code);
        if (field is not null) answer.MustNameField(field);
        Assert.Equal("failed", (await OrderAsync(played))["state"]);
    }

    [Fact]
    public async Task What_is_gone_is_not_retried()
    {
        (await _node.RetryAsync(Guid.NewGuid())).MustBe(404, "not_found");

        var played = await _node.PlayAsync(_project, _workflow);
        await SaveAsync(jobs: 1);
        (await _node.RetryAsync(played.Run, $$"""{"step":"{{played.SendStep}}"}""")).MustBe(409, "job_gone");

        await _node.Client.CallAsync(HttpMethod.Delete, WorkflowUrl, ifMatch: "*");
        (await _node.RetryAsync(played.Run)).MustBe(409, "workflow_deleted");
    }

    [Fact]
    public async Task A_step_whose_input_was_not_kept_is_not_retried()
    {
        var (_, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var at = DateTimeOffset.UnixEpoch;
        await _node.ClaimAsync(run);
        await _node.ReportAsync(
            run,
            0,
            new RunReport.StepStart(at, first, _workflow.JobId(), Guid.NewGuid()),
            new RunReport.StepComplete(at, first, _workflow.JobId(), ExitReason.Success, null, null, null, true, 1, 1),
            new RunReport.StepStart(at.AddSeconds(1), second, _workflow.JobId(1), null),
            new RunReport.Complete(at.AddSeconds(1), ExitReason.Crash, null, null, null, null));

        (await _node.RetryAsync(run, $$"""{"step":"{{first}}"}""")).MustBe(409, "dataclip_wiped");
        (await _node.RetryAsync(run, $$"""{"step":"{{second}}"}""")).MustBe(409, "dataclip_wiped");
        (await _node.RetryAsync(run)).MustBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task An_order_is_cancelled_by_its_unfinished_run()
    {
        var played = await _node.PlayAsync(_project, _workflow);
        (await CancelAsync(played.WorkOrder)).MustBe(409, "work_order_final");
        var second = (await _node.RetryAsync(played.Run)).Json.GetProperty("runId").GetGuid();

        Assert.Equal("cancelled", (await CancelAsync(played.WorkOrder)).MustBe(HttpStatusCode.OK)["state"]);
        Assert.Equal("cancelled", (await RunAsync(second))["state"]);
        Assert.Equal("failed", (await RunAsync(played.Run))["state"]);
        (await CancelAsync(Guid.NewGuid())).MustBe(404, "not_found");
    }

    [Fact]
    public async Task A_worker_gets_the_rest_of_the_workflow_and_nothing_of_what_is_reused()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.ProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var played = await node.PlayAsync(project, workflow);
        (await node.RetryAsync(played.Run, """{"job":"send"}""")).MustBe(HttpStatusCode.Accepted);

        await using var worker = await ScriptedWorker.ReadyAsync(node);
        var push = await worker.NextRunAsync();

        Assert.Equal(workflow.JobId(1), push["plan"]!["starting_node_id"]!.GetValue<Guid>());
        Assert.Equal("""{"data":{"loaded":true}}""", push["input"]!.ToJsonString());
        Assert.Empty(push["finished"]!.AsArray());
        var (step, clip) = (Guid.NewGuid(), Guid.NewGuid());
        await worker.ReportAsync(
            push, 0, Event.Start, Event.StepStart(step, workflow.JobId(1)), Event.StepComplete(step, workflow.JobId(1), clip, "{}"), Event.Complete(final: clip));
        var order = await node.Client.GetAsync($"/v1/work-orders/{played.WorkOrder}", null);
        Assert.Equal("success", order["state"]);
        var steps = (await node.Client.GetAsync($"/v1/runs/{push["run_id"]}/steps", null)).Items;
        Assert.Equal([true, false], steps.OrderBy(item => item.GetProperty("attempt").GetInt32()).Select(item => item.GetProperty("reused").GetBoolean()));
    }

    private async Task SaveAsync(int? jobs)
    {
        var saved = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>((await _node.Client.GetAsync(WorkflowUrl, null)).Text)!;
        string[] derived = ["id", "projectId", "version", "createdAt", "updatedAt"];
        var fields = saved.Where(pair => !derived.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
        if (jobs is { } count)
        {
            fields["jobs"] = JsonSerializer.SerializeToElement(saved["jobs"].EnumerateArray().Take(count));
            fields["edges"] = JsonSerializer.SerializeToElement(saved["edges"].EnumerateArray().Take(count));
        }

        (await _node.Client.CallAsync(HttpMethod.Put, WorkflowUrl, JsonSerializer.Serialize(fields), ifMatch: "*")).MustBe(HttpStatusCode.OK);
    }

    private Task<Answer> CancelAsync(Guid order) => _node.Client.CallAsync(HttpMethod.Post, $"/v1/work-orders/{order}:cancel");

    private Task<Answer> OrderAsync(Played played) => _node.Client.GetAsync($"/v1/work-orders/{played.WorkOrder}", null);

    private Task<Answer> RunAsync(Guid run) => _node.Client.GetAsync($"/v1/runs/{run}", null);
}
