using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;
using Api.Tests.Nodes;
using Api.Tests.Workers;
using Api.Unstored;
using Cluster.Sharding;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Unstored;

/// <summary>Runs whose data is in memory alone: what works as ever, what cannot, and what is lost.</summary>
public sealed class UnstoredRunTests
{
    [Fact]
    public async Task What_is_known_of_a_body_stays_and_the_body_does_not()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.UnstoredProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var (order, run) = await node.WorkOrderAsync(project, workflow.Id, """{"n":7}""");
        var output = await node.ExecuteAsync(run, workflow.JobId());

        var input = (await node.Client.GetAsync($"/v1/work-orders/{order}", null))["dataclipId"];
        var clip = (await node.Client.GetAsync($"/v1/dataclips/{input}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(("7", 64, null), (clip["size"], clip["hash"]!.Length, clip["body"]));
        Assert.NotNull(clip["wipedAt"]);
        (await node.Client.GetAsync($"/v1/dataclips/{input}/body", null)).MustBe(410, "body_wiped");
        (await node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:retry")).MustBe(409, "dataclip_wiped");
        var step = (await node.Client.GetAsync($"/v1/runs/{run}", null)).Json.GetProperty("steps")[0].GetProperty("id").GetGuid();
        (await node.Client.PostAsync($"/v1/runs/{run}:retry", $$"""{"step":"{{step}}"}""")).MustBe(409, "dataclip_wiped");
        (await node.Client.PostAsync($"/v1/projects/{project}/work-orders", $$"""{"workflowId":"{{workflow.Id}}","inputDataclipId":"{{output}}"}"""))
            .MustBe(409, "dataclip_wiped");
        (await node.Client.GetAsync($"/v1/projects/{project}/workflows/{workflow.Id}/jobs/load/latest-inputs", null)).MustBe(409, "stores_nothing");
        Assert.Equal("success", (await node.Client.GetAsync($"/v1/runs/{run}", null))["state"]);
    }

    [Fact]
    public async Task The_same_body_has_the_same_hash_in_its_project_alone()
    {
        var hashes = new BodyHashes(new byte[32]);
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.Equal(hashes.Of(one, "{}"u8), hashes.Of(one, "{}"u8));
        Assert.NotEqual(hashes.Of(one, "{}"u8), hashes.Of(other, "{}"u8));
        Assert.NotEqual(hashes.Of(one, "{}"u8), new BodyHashes([.. Enumerable.Repeat((byte)1, 32)]).Of(one, "{}"u8));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_full_memory_refuses_and_keeps_nothing()
    {
        await using var node = await TestNode.StartAsync(settings => settings with { Unstored = new UnstoredSettings(1 << 20, 1_000) });
        var project = await node.UnstoredProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var large = $"\"{new string('x', 2_000)}\"";
        (await node.Client.PostAsync($"/v1/projects/{project}/work-orders", $$"""{"workflowId":"{{workflow.Id}}","input":{{large}}}""")).MustBe(503, "memory_full");
        var webhook = await node.Open.PostAsync($"/i/{workflow.TriggerId()}", large);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "memory_full"), (webhook.Status, webhook["error"]));
        Assert.Empty((await node.Client.GetAsync($"/v1/projects/{project}/work-orders", null)).Items);
        Assert.Equal(0, node.Services.GetRequiredService<HeldBodies>().Bytes);

        // An output that finds no room is lost; the run is not.
        var (_, run) = await node.WorkOrderAsync(project, workflow.Id);
        await node.ExecuteAsync(run, workflow.JobId(), large);
        var state = await node.StateAsync(run);
        Assert.Equal((RunStatus.Success, true), (state.Status, state.FinishedSteps[0].OutputLost));
    }

    [Fact]
    public async Task A_run_that_waits_for_a_body_that_is_nowhere_is_lost()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.UnstoredProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var (_, run) = await node.WorkOrderAsync(project, workflow.Id);
        node.Services.GetRequiredService<HeldBodies>().DropShards([ShardMap.ShardOf(run)]);
        var state = await node.UntilAsync(run, state => state.IsFinal);
        Assert.Equal((RunStatus.Lost, RunLoss.BodiesLost), (state.Status, state.ErrorType));
    }

    [Fact]
    public async Task A_run_that_is_claimed_without_its_body_is_lost()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.UnstoredProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var worker = await ScriptedWorker.ReadyAsync(node);
        var (_, run) = await node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
        await worker.NextRunAsync();
        node.Services.GetRequiredService<HeldBodies>().DropShards([ShardMap.ShardOf(run)]);
        await worker.DisposeAsync();

        await using var next = await ScriptedWorker.ReadyAsync(node);
        var state = await node.UntilAsync(run, state => state.IsFinal);
        Assert.Equal((RunStatus.Lost, RunLoss.BodiesLost), (state.Status, state.ErrorType));
    }

    [Fact]
    public async Task A_worker_that_is_lost_leaves_what_its_successor_needs()
    {
        await using var node = await TestNode.StartAsync(settings => settings with { Worker = settings.Worker with { LeaseGrace = TimeSpan.FromSeconds(1) } });
        var project = await node.UnstoredProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var worker = await ScriptedWorker.ReadyAsync(node);
        var (_, id) = await node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
        var run = await worker.NextRunAsync();
        var (step, clip) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await worker.ReportAsync(run, 0, Event.Start, Event.StepStart(step, workflow.JobId()), Event.StepComplete(step, workflow.JobId(), clip, """{"kept":1}"""));
        worker.Drop();

        await using var next = await ScriptedWorker.ReadyAsync(node);
        var again = await next.NextRunAsync();
        Assert.Equal((id, 2), (again["run_id"]!.GetValue<Guid>(), again["attempt"]!.GetValue<int>()));
        Assert.Contains("kept", again.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_of_another_node_gets_the_input_and_the_waiting_request_its_answer()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var project = await nodes.One.UnstoredProjectAsync();
        var workflow = await nodes.One.WorkflowAsync(project, Given.Workflow(trigger: """{"type":"webhook","enabled":true,"reply":"after_completion"}"""));
        await using var worker = await ScriptedWorker.ReadyAsync(nodes.Other);
        var answer = nodes.One.Open.PostAsync($"/i/{workflow.TriggerId()}", """{"n":"over there"}""");
        var run = await worker.NextRunAsync();
        Assert.Contains("over there", run.ToJsonString(), StringComparison.Ordinal);
        Assert.True(nodes.Owns(nodes.One, run["run_id"]!.GetValue<Guid>()));
        var (step, clip) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await worker.ReportAsync(
            run, 0, Event.Start, Event.StepStart(step, workflow.JobId()),
            Event.StepComplete(step, workflow.JobId(), clip, """{"and":"back"}"""), Event.Complete(final: clip));
        Assert.Equal("""{"and":"back"}""", (await answer).MustBe(HttpStatusCode.Created)["data"]);
    }

    [Fact]
    public async Task Runs_keep_the_policy_of_their_creation()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.ProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var (before, kept) = await node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
        await node.PolicyAsync(project, "erase_all");
        var (after, _) = await node.WorkOrderAsync(project, workflow.Id, """{"n":2}""");
        await node.PolicyAsync(project, "retain_all");
        await node.ExecuteAsync(kept, workflow.JobId());
        var first = (await node.Client.GetAsync($"/v1/work-orders/{before}", null))["dataclipId"];
        var second = (await node.Client.GetAsync($"/v1/work-orders/{after}", null))["dataclipId"];
        Assert.Equal("""{"n":1}""", (await node.Client.GetAsync($"/v1/dataclips/{first}/body", null)).Text);
        (await node.Client.GetAsync($"/v1/dataclips/{second}/body", null)).MustBe(410, "body_wiped");
        Assert.NotEmpty((await node.Client.GetAsync($"/v1/runs/{kept}/logs", null)).Items);
    }

    [Fact]
    public async Task Data_of_runs_that_ended_well_is_wiped_and_of_others_is_not()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.ProjectAsync();
        await node.PolicyAsync(project, "retain_with_errors");
        var workflow = await node.WorkflowAsync(project);
        var (goodOrder, good) = await node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
        var (badOrder, bad) = await node.WorkOrderAsync(project, workflow.Id, """{"n":2}""");
        await node.ClaimAsync(bad);
        await node.ReportAsync(
            bad, 0, Given.Log(DateTimeOffset.UnixEpoch, "[1]", null), new RunReport.Complete(DateTimeOffset.UnixEpoch, ExitReason.Fail, "JobError", "why", null, null));
        var output = await node.ExecuteAsync(good, workflow.JobId());
        Assert.NotEmpty((await node.Client.GetAsync($"/v1/runs/{good}/logs", null)).Items);

        await UnstoredGiven.UntilAsync(async () => (await node.Client.GetAsync($"/v1/dataclips/{output}", null))["wipedAt"] is not null);
        var (goodInput, badInput) = (
            (await node.Client.GetAsync($"/v1/work-orders/{goodOrder}", null))["dataclipId"],
            (await node.Client.GetAsync($"/v1/work-orders/{badOrder}", null))["dataclipId"]);
        (await node.Client.GetAsync($"/v1/dataclips/{goodInput}/body", null)).MustBe(410, "body_wiped");
        Assert.Empty((await node.Client.GetAsync($"/v1/runs/{good}/logs", null)).Items);
        Assert.Equal("""{"n":2}""", (await node.Client.GetAsync($"/v1/dataclips/{badInput}/body", null)).Text);
        Assert.NotEmpty((await node.Client.GetAsync($"/v1/runs/{bad}/logs", null)).Items);
        (await node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{good}:retry")).MustBe(409, "dataclip_wiped");
    }
}
