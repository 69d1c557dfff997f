using System.Collections.Immutable;
using Actors;
using Actors.Projects;
using Actors.Runs;
using Actors.Vaults;
using Actors.Workflows;
using Api.ReadModels;
using Api.ReadModels.Projections;
using Api.Unstored;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;

namespace Api.Tests;

public sealed class ProjectionTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly Guid Id = ShardMap.NewId(7, Now);

    private static readonly BodyHashes Hashes = new(new byte[32]);

    private static readonly RunPlan Plan = new(
        Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), 3, Guid.NewGuid(), null, Guid.NewGuid(), RunPriority.Normal,
        new RunOptions(1000, 100, true), LossPolicy.Resume);

    [Theory]
    [InlineData(RunStatus.Available, "available", "pending")]
    [InlineData(RunStatus.Started, "started", "running")]
    [InlineData(RunStatus.Failed, "failed", "failed")]
    public void A_run_writes_its_row_and_that_of_its_work_order(RunStatus status, string runState, string orderState)
    {
        var state = RunState.Absent with { Status = status, Plan = Plan, CreatedAt = Now };
        var rows = Project(state, new RunEvent.Claimed(1, "w", Now));

        Assert.Equal(Id, Value(rows, Tables.Runs, "id"));
        Assert.Equal(7, Value(rows, Tables.Runs, "shard"));
        Assert.Equal(runState, Value(rows, Tables.Runs, "status"));
        Assert.Equal(orderState, Value(rows, Tables.WorkOrders, "state"));
        Assert.Equal(Plan.WorkOrderId, Value(rows, Tables.WorkOrders, "id"));
    }

    [Fact]
    public void A_report_of_log_lines_alone_writes_no_rows_of_the_run()
    {
        var state = RunState.Absent with { Status = RunStatus.Started, Plan = Plan };
        Assert.Empty(Project(state, new RunEvent.Reported(1, 5, [])).Changes);
    }

    [Fact]
    public void The_end_of_a_step_keeps_what_its_start_told()
    {
        var (step, job, input) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var state = RunState.Absent with
        {
            Status = RunStatus.Started,
            Plan = Plan,
            FinishedSteps =
            [
                new FinishedStep(step, job, ExitReason.Success, null, false, null, null) { StartedAt = Now.AddSeconds(-9), InputDataclipId = input },
            ],
        };
        var rows = Project(
            state,
            new RunEvent.Reported(2, 1, [new RunFact.StepCompleted(Now, step, job, ExitReason.Success, null, null, null, false, 9, 8)]));

        Assert.Equal(Now.AddSeconds(-9), Value(rows, Tables.Steps, "started_at"));
        Assert.Equal(input, Value(rows, Tables.Steps, "input_dataclip_id"));
        Assert.Equal(2, Value(rows, Tables.Steps, "attempt"));
        Assert.Equal(Now, Value(rows, Tables.Steps, "finished_at"));
    }

    [Fact]
    public void Attachments_become_dataclips_and_log_lines()
    {
        var projection = new RunProjection(Hashes);
        var rows = new RowBatch();
        var state = RunState.Absent with { Plan = Plan };
        projection.Project(rows, Context(EntityTypes.Run), state, new DataclipBody(Guid.NewGuid(), DataclipType.HttpRequest, "{}"u8.ToArray(), null));
        projection.Project(rows, Context(EntityTypes.Run), state, new LogLines(1, [new(4, Now, "JOB", "info", "[]", null), new(5, Now, "R/T", "debug", "[]", null)]));

        Assert.Equal("http_request", Value(rows, Tables.Dataclips, "type"));
        Assert.Equal(2, Value(rows, Tables.Dataclips, "size"));
        Assert.Equal(Plan.ProjectId, Value(rows, Tables.Dataclips, "project_id"));
        Assert.Equal(2, rows.Changes.Count(row => row.Table == Tables.LogLines));
    }

    [Fact]
    public void A_saved_workflow_replaces_its_row_and_trigger_and_adds_a_version()
    {
        var workflow = Workflow(new Trigger(Guid.NewGuid(), TriggerType.Webhook, true, "path", WebhookReply.AfterCompletion, null));
        var rows = Save(workflow);
        Assert.Equal(4, Value(rows, Tables.WorkflowVersions, "version"));
        Assert.Equal("after_completion", Value(rows, Tables.Triggers, "reply"));
        var read = WorkflowDefinition.Read((byte[])Value(rows, Tables.WorkflowVersions, "definition")!);
        Assert.Equal(workflow.Trigger, read.Trigger);
        Assert.Equal(workflow.Jobs, read.Jobs.AsEnumerable());

        Assert.Contains(Save(Workflow(null)).Changes, row => row.Table == Tables.Triggers && row.IsDelete);
    }

    [Fact]
    public void A_deleted_project_takes_its_workflows_along_but_not_their_versions()
    {
        var workflow = Workflow(null);
        var rows = new RowBatch();
        new ProjectProjection().Project(rows, Context(EntityTypes.Project), StateWith(workflow), new ProjectEvent.Deleted(Now));
        Assert.Equal(
            ["project_repositories", "project_egress", "workflows", "triggers", "projects", "project_purges"],
            rows.Changes.Select(row => row.Table.Name));
        Assert.All(rows.Changes.SkipLast(1), row => Assert.True(row.IsDelete));
    }

    [Fact]
    public void A_credential_row_holds_nothing_of_its_body()
    {
        var body = new SealedBody(new byte[] { 1, 2, 3 });
        var credential = new Credential(Guid.NewGuid(), "n", "raw", ["a", "b"], body, [], 1, Now, Now);
        var state = new VaultState(ImmutableDictionary<Guid, Credential>.Empty.Add(credential.Id, credential));
        var rows = new RowBatch();
        new VaultProjection().Project(
            rows, Context(EntityTypes.Vault), state, new VaultEvent.Created(credential.Id, "n", "raw", ["a", "b"], body, Now));

        Assert.Equal("""["a","b"]""", Value(rows, Tables.Credentials, "key_names"));
        Assert.All(rows.Changes.SelectMany(row => row.Values), value => Assert.False(value is byte[] or ReadOnlyMemory<byte>));
    }

    private static RowBatch Project(RunState state, RunEvent @event)
    {
        var rows = new RowBatch();
        new RunProjection(Hashes).Project(rows, Context(EntityTypes.Run), state, @event);
        return rows;
    }

    private static RowBatch Save(Workflow workflow)
    {
        var rows = new RowBatch();
        new ProjectProjection().Project(
            rows, Context(EntityTypes.Project), StateWith(workflow), new ProjectEvent.WorkflowSaved(workflow, 4, Now));
        return rows;
    }

    private static ProjectState StateWith(Workflow workflow) =>
        ProjectState.Absent with
        {
            Workflows = ImmutableDictionary<Guid, WorkflowVersion>.Empty.Add(workflow.Id, new WorkflowVersion(workflow, 4, Now, Now)),
        };

    private static Workflow Workflow(Trigger? trigger) =>
        new(Guid.NewGuid(), "w", trigger, [new Job(Guid.NewGuid(), "a", "fn()", "x@1", null)], [], null, true, null, LossPolicy.Resume);

    private static DecisionContext Context(string type) => new(new EntityRef(type, Id), Now, 1);

    private static object? Value(RowBatch rows, ReadTable table, string column)
    {
        var change = rows.Changes.Last(row => row.Table == table);
        return change.Values[table.Key.AddRange(table.Values).IndexOf(table.Key.AddRange(table.Values).Single(item => item.Name == column))];
    }
}
