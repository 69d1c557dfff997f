using Actors.Projects;
using Actors.Runs;
using Actors.WorkOrders;
using Api.Unstored;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;

namespace Api.ReadModels.Projections;

/// <summary>A run's rows. It also writes the row of its work order, whose state follows from its run.</summary>
/// <param name="hashes">Of bodies that are not stored.</param>
internal sealed class RunProjection(BodyHashes hashes) : IProjection<RunState, RunEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, RunState state, RunEvent @event)
    {
        if (state.Plan is not { } plan) return;

        // A report of nothing but log lines changes neither run nor work order; nor does the way its worker takes.
        // What an erasure takes from rows it takes itself: those of steps of earlier attempts, too.
        if (@event is RunEvent.Reported { Facts.IsEmpty: true } or RunEvent.Entered or RunEvent.MessagesErased) return;

        WriteWorkOrder(rows, context, state, plan, isNew: @event is RunEvent.Created && plan.RetryOf is null);
        if (@event is RunEvent.Rejected) return;

        WriteRun(rows, context, state, plan, isNew: @event is RunEvent.Created);
        StepRows.Write(rows, context.Entity.Id, state, @event);
        CronRows.Write(rows, context.Entity.Id, state, plan, @event);
    }

    public void Project(RowBatch rows, in DecisionContext context, RunState state, Attachment attachment)
    {
        switch (attachment)
        {
            case DataclipBody clip when state.Plan is { } plan:
                Write(
                    rows, Tables.Dataclips, IsOfCreation(state),
                    clip.Id, plan.ProjectId, Words.Of(clip.Type), clip.Body, clip.Request, clip.Body.Length, context.Now,
                    plan.Environment, null, null);
                break;
            case UnstoredBody { Clip: var clip } when state.Plan is { } plan:
                Write(
                    rows, Tables.Dataclips, IsOfCreation(state),
                    clip.Id, plan.ProjectId, Words.Of(clip.Type), Array.Empty<byte>(), null, clip.Body.Length, context.Now,
                    plan.Environment, context.Now, hashes.Of(plan.ProjectId, clip.Body.Span));
                break;
            case LogLines log:
                foreach (var line in log.Lines)
                {
                    rows.Upsert(
                        Tables.LogLines,
                        context.Entity.Id, log.Attempt, line.Number, line.At, line.Source, line.Level, line.Message, line.StepId);
                }

                break;
        }
    }

    /// <summary>An order has one unfinished run at most, its newest, so that the run alone decides the order's state; what the
    /// order was made with a retry carries along.</summary>
    private static void WriteWorkOrder(RowBatch rows, in DecisionContext context, RunState state, RunPlan plan, bool isNew)
    {
        var order = plan.RetryOf?.Order
            ?? new OrderFacts(plan.WorkflowVersion, plan.TriggerId, plan.InputDataclipId, state.CreatedAt);
        Write(
            rows, Tables.WorkOrders, isNew,
            plan.WorkOrderId, plan.ProjectId, plan.WorkflowId, order.WorkflowVersion, order.TriggerId,
            order.DataclipId, WorkOrderRules.StateOf(state.Status).ToWire(), order.CreatedAt, context.Now,
            plan.Environment);
    }

    private static void WriteRun(RowBatch rows, in DecisionContext context, RunState state, RunPlan plan, bool isNew) =>
        Write(
            rows, Tables.Runs, isNew,
            context.Entity.Id, ShardMap.ShardOf(context.Entity.Id), plan.ProjectId, plan.WorkflowId, plan.WorkflowVersion, plan.WorkOrderId,
            plan.StartNodeId, plan.TriggerId, plan.InputDataclipId, (int)plan.Priority, state.Status.ToWire(), state.Attempt,
            state.Worker, state.ErrorType, state.ErrorMessage, state.FinalDataclipId, state.CreatedAt, state.ClaimedAt,
            state.StartedAt, state.FinishedAt, Words.Of(plan.Queue), state.NotBefore, plan.RetryOf?.RunId, plan.RetryOf?.StepId,
            plan.RetryOf?.OperationId, plan.RetryOf?.Order.CreatedAt ?? state.CreatedAt, plan.SingleJob ? true : null,
            plan.Environment, plan.Storage == RetentionPolicy.RetainAll ? null : Words.Of(plan.Storage), WipeAt(context, state, plan));

    private static void Write(RowBatch rows, ReadTable table, bool isNew, params object?[] values)
    {
        if (isNew) rows.Insert(table, values);
        else rows.Upsert(table, values);
    }

    /// <summary>Whether no worker has had a say yet: a body is the input, which came with the run.</summary>
    private static bool IsOfCreation(RunState state) => state.Attempt == 0;

    /// <summary>The node's time: a worker says itself when a run ended.</summary>
    private static DateTimeOffset? WipeAt(in DecisionContext context, RunState state, RunPlan plan) =>
        plan.Storage == RetentionPolicy.RetainWithErrors && state.Status == RunStatus.Success ? context.Now : null;
}
