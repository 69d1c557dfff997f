using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;
using Api.Tests.Workers;

namespace Api.Tests;

/// <summary>Weight and limits of a project, what they do to its runs, and what is shown of its load.</summary>
public sealed class ProjectSettingsTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static int s_names;
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task Settings_are_shown_and_patched_one_by_one()
    {
        var created = await CreateAsync("""{"name":"NAME","weight":5,"limits":{"runTimeoutMs":60000,"payloadMb":2}}""");
        created.MustBe(HttpStatusCode.Created);
        Assert.Equal("5", created["weight"]);
        Assert.Equal("""{"runTimeoutMs":60000,"payloadMb":2}""", created["limits"]);

        Assert.Equal("""{"runTimeoutMs":60000,"runMemoryMb":128,"payloadMb":2}""", (await PatchAsync(created, """{"limits":{"runMemoryMb":128}}"""))["limits"]);
        Assert.Equal("""{"runMemoryMb":128,"payloadMb":2}""", (await PatchAsync(created, """{"limits":{"runTimeoutMs":null}}"""))["limits"]);
        var changed = await PatchAsync(created, """{"limits":null,"weight":null}""");
        Assert.Null(changed["limits"]);
        Assert.Equal("1", changed["weight"]);
        Assert.Equal("2", (await PatchAsync(created, """{"weight":2}"""))["weight"]);
    }

    [Theory]
    [InlineData("""{"name":"NAME","weight":0}""", "weight", "must be 1 to 100")]
    [InlineData("""{"name":"NAME","weight":101}""", "weight", "must be 1 to 100")]
    [InlineData("""{"name":"NAME","limits":{"runTimeoutMs":999}}""", "limits.runTimeoutMs", "must be at least 1000, or absent for the node's limit")]
    [InlineData("""{"name":"NAME","limits":{"runTimeoutMs":300001}}""", "limits.runTimeoutMs", "must be at most 300000, the node's limits.run-timeout")]
    [InlineData("""{"name":"NAME","limits":{"runMemoryMb":501}}""", "limits.runMemoryMb", "must be at most 500, the node's limits.run-memory-mb")]
    [InlineData("""{"name":"NAME","limits":{"payloadMb":11}}""", "limits.payloadMb", "must be at most 10, the node's worker.payload-limit-mb")]
    public async Task Settings_beyond_their_bounds_are_refused(string body, string field, string rule)
    {
        var refused = (await CreateAsync(body)).MustBe(422, "project_invalid").MustNameField(field);
        Assert.Contains(rule, refused.Text, StringComparison.Ordinal);
        var settings = "{" + body[(body.IndexOf(',', StringComparison.Ordinal) + 1)..];
        var project = await CreateAsync("""{"name":"NAME"}""");
        (await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project.Id}", settings, ifMatch: "*"))
            .MustBe(422, "project_invalid").MustNameField(field);
    }

    [Fact]
    public async Task Runs_get_the_lower_of_the_projects_and_the_nodes_limits()
    {
        var project = await CreateAsync("""{"name":"NAME","limits":{"runTimeoutMs":60000,"payloadMb":2}}""");
        var workflow = await _node.WorkflowAsync(project.Id);
        var (_, before) = await _node.WorkOrderAsync(project.Id, workflow.Id);
        await PatchAsync(project, """{"limits":{"runMemoryMb":64,"runTimeoutMs":null}}""");
        var (_, after) = await _node.WorkOrderAsync(project.Id, workflow.Id);

        Assert.Equal(new RunOptions(60_000, 500, true) { PayloadLimitMb = 2 }, (await PlanAsync(before)).Options);
        Assert.Equal(new RunOptions(300_000, 64, true) { PayloadLimitMb = 2 }, (await PlanAsync(after)).Options);

        await using var worker = await ScriptedWorker.ReadyAsync(_node, 10);
        while (true)
        {
            var run = await worker.NextRunAsync();
            if (run["run_id"]!.GetValue<Guid>() != before) continue;
            Assert.Equal(2, run["plan"]!["options"]!["payload_limit_mb"]!.GetValue<int>());
            Assert.Equal(60_000, run["plan"]!["options"]!["run_timeout_ms"]!.GetValue<int>());
            break;
        }
    }

    [Fact]
    public async Task Input_above_the_projects_payload_limit_is_refused()
    {
        var project = await CreateAsync("""{"name":"NAME","limits":{"payloadMb":1}}""");
        var workflow = await _node.WorkflowAsync(project.Id);
        var (fits, tooLarge) = (Text((1 << 20) - 2), Text((1 << 20) - 1));

        (await _node.Open.PostAsync($"/i/{workflow.TriggerId()}", fits)).MustBe(HttpStatusCode.OK);
        (await _node.Open.PostAsync($"/i/{workflow.TriggerId()}", tooLarge)).MustBe(HttpStatusCode.RequestEntityTooLarge);
        await _node.WorkOrderAsync(project.Id, workflow.Id, fits);
        var body = $$"""{"workflowId":"{{workflow.Id}}","input":{{tooLarge}}}""";
        (await _node.Client.PostAsync($"/v1/projects/{project.Id}/work-orders", body)).MustBe(413, "body_too_large");
        var bulk = await _node.Client.PostAsync($"/v1/projects/{project.Id}/work-orders", body + "\n", "application/x-ndjson");
        Assert.Contains("body_too_large", bulk.Text, StringComparison.Ordinal);

        static string Text(int length) => $"\"{new string('x', length)}\"";
    }

    [Fact]
    public async Task The_load_of_a_project_shows_limits_active_and_waiting_runs()
    {
        var project = await CreateAsync("""{"name":"NAME","weight":3,"concurrency":7}""");
        var limited = await _node.WorkflowAsync(project.Id, Given.Workflow("limited").Replace("\"trigger\":", "\"concurrency\":2,\"trigger\":", StringComparison.Ordinal));
        var free = await _node.WorkflowAsync(project.Id, Given.Workflow("free"));
        var runs = new List<Guid>();
        for (var i = 0; i < 3; i++) runs.Add((await _node.WorkOrderAsync(project.Id, limited.Id)).Run);
        (await _node.Open.PostAsync($"/i/{free.TriggerId()}", "{}")).MustBe(HttpStatusCode.OK);
        await _node.ClaimAsync(runs[0]);

        var load = (await _node.Client.GetAsync($"/v1/projects/{project.Id}/load", null)).MustBe(HttpStatusCode.OK);

        Assert.Equal(("7", "3", "1"), (load["concurrency"], load["weight"], load["active"]));
        Assert.Equal("""{"default":1,"manual":2,"fastLane":0,"atLeast":false}""", load["waiting"]);
        Assert.Equal($$"""[{"id":"{{limited.Id}}","name":"limited","concurrency":2,"active":1}]""", load["workflows"]);
        var oldest = (await _node.Client.GetAsync($"/v1/runs/{runs[1]}", null))["createdAt"];
        Assert.Equal(oldest, load["oldestWaitingSince"]);
        (await _node.Client.GetAsync($"/v1/projects/{Guid.NewGuid()}/load", null)).MustBe(404, "not_found");
    }

    private Task<Answer> CreateAsync(string body) =>
        _node.Client.PostAsync("/v1/projects", body.Replace("NAME", $"share-{Interlocked.Increment(ref s_names)}", StringComparison.Ordinal));

    private async Task<Answer> PatchAsync(Answer project, string body) =>
        (await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project.Id}", body, ifMatch: "*")).MustBe(HttpStatusCode.OK);

    private async Task<RunPlan> PlanAsync(Guid run) =>
        Assert.IsType<RunReply.Present>(Assert.IsType<Cluster.Entities.Outcome.Replied>(await _node.AskAsync(run, new RunCommand.Look())).Reply).State.Plan!;
}
