using System.Collections.Immutable;
using System.Text;
using Actors;
using Actors.Runs;
using Cluster.Entities;

namespace Api.Tests.Fixtures;

/// <summary>What tests need to exist, made through the API itself, and a worker played by hand.</summary>
internal static class Given
{
    public const string Adaptor = "@openfn/language-common@3.0.2";

    public static async Task<Guid> ProjectAsync(this TestNode node, string name = "demo") =>
        (await node.Client.PostAsync("/v1/projects", $$"""{"name":"{{name}}"}""")).MustBe(System.Net.HttpStatusCode.Created).Id;

    public static string Workflow(string name = "sync", string trigger = """{"type":"webhook","enabled":true}""") =>
        $$"""
        {"name":"{{name}}","trigger":{{trigger}},
         "jobs":[{"name":"load","adaptor":"{{Adaptor}}","body":"fn(state => state)"},
                 {"name":"send","adaptor":"{{Adaptor}}","body":"fn(state => state)"}],
         "edges":[{"from":"trigger","to":"load"},{"from":"load","to":"send"}]}
        """;

    public static async Task<Answer> WorkflowAsync(this TestNode node, Guid project, string? document = null) =>
        (await node.Client.PostAsync($"/v1/projects/{project}/workflows", document ?? Workflow()))
            .MustBe(System.Net.HttpStatusCode.Created);

    public static Guid TriggerId(this Answer workflow) => workflow.Json.GetProperty("trigger").GetProperty("id").GetGuid();

    public static Guid JobId(this Answer workflow, int index = 0) => workflow.Json.GetProperty("jobs")[index].GetProperty("id").GetGuid();

    public static async Task<(Guid WorkOrder, Guid Run)> WorkOrderAsync(this TestNode node, Guid project, Guid workflow, string input = "{}")
    {
        var answer = await node.Client.PostAsync(
            $"/v1/projects/{project}/work-orders", $$"""{"workflowId":"{{workflow}}","input":{{input}}}""");
        answer.MustBe(System.Net.HttpStatusCode.Accepted);
        return (answer.Json.GetProperty("workOrderId").GetGuid(), answer.Json.GetProperty("runId").GetGuid());
    }

    public static async Task ClaimAsync(this TestNode node, Guid run) =>
        Assert.IsType<Outcome.Replied>(await node.AskAsync(run, new RunCommand.Claim("hand")));

    public static async Task ReportAsync(this TestNode node, Guid run, int from, params ImmutableArray<RunReport> reports) =>
        Assert.IsType<Outcome.Replied>(await node.AskAsync(run, new RunCommand.Report(1, from, reports)));

    public static ValueTask<Outcome> AskAsync(this TestNode node, Guid run, RunCommand command) =>
        node.Entities.AskAsync(new EntityRef(EntityTypes.Run, run), command, CancellationToken.None);

    public static async Task<RunState> StateAsync(this TestNode node, Guid run) =>
        Assert.IsType<RunReply.Present>(Assert.IsType<Outcome.Replied>(await node.AskAsync(run, new RunCommand.Look())).Reply).State;

    /// <summary>Plays a worker that executes one job and ends the run with its output.</summary>
    public static async Task<Guid> ExecuteAsync(this TestNode node, Guid run, Guid job, string output = """{"done":true}""")
    {
        var (step, clip) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var at = DateTimeOffset.UnixEpoch.AddYears(55);
        await node.ClaimAsync(run);
        await node.ReportAsync(
            run,
            0,
            new RunReport.Start(at, null),
            new RunReport.StepStart(at, step, job, null),
            Log(at, """["hello",{"a":1}]""", step));
        await node.ReportAsync(
            run,
            3,
            new RunReport.StepComplete(
                at.AddSeconds(1), step, job, ExitReason.Success, null, null, Body(clip, output), false, 1000, 2000),
            Log(at, """["bye"]""", null),
            new RunReport.Complete(at.AddSeconds(1), ExitReason.Success, null, null, null, clip));
        return clip;
    }

    public static RunReport.Log Log(DateTimeOffset at, string message, Guid? step) => new(at, "JOB", "info", message, step);

    public static DataclipBody Body(Guid id, string json) =>
        new(id, DataclipType.StepResult, Encoding.UTF8.GetBytes(json), null);
}
