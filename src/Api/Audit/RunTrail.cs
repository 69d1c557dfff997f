using Actors.Audit;
using Actors.Operations;
using Actors.Runs;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>
/// Entries about what people do to runs: cancel and retry. Runs that are accepted, claimed and reported are not the trail's: history
/// is their record, so that intake and execution write no entries. Items of a bulk operation have the operation's entry.
/// </summary>
internal sealed class RunTrail(AuditRows audit) : ITrail<RunState, RunEvent>
{
    public void Record(RowBatch rows, in DecisionContext context, RunState before, RunState after, RunEvent @event)
    {
        if (context.Origin is null || after.Plan is not { } plan) return;
        switch (@event)
        {
            case RunEvent.Ended { Status: RunStatus.Cancelled }:
                audit.Add(rows, context, Fact(AuditActions.RunCancelled, context, plan));
                break;
            case RunEvent.Created when plan.RetryOf is { } retry:
                audit.Add(rows, context, Fact(AuditActions.RunRetried, context, plan) with
                {
                    Details = AuditDetails.Of(writer =>
                    {
                        writer.WriteString("workOrderId"u8, plan.WorkOrderId);
                        writer.WriteString("retryOf"u8, retry.RunId);
                        if (retry.StepId is { } step) writer.WriteString("step"u8, step);
                    }),
                });
                break;
        }
    }

    private static AuditFact Fact(string action, in DecisionContext context, RunPlan plan) => new(action)
    {
        ProjectId = plan.ProjectId,
        ItemType = "run",
        ItemId = context.Entity.Id,
        Details = AuditDetails.Of(writer => writer.WriteString("workOrderId"u8, plan.WorkOrderId)),
    };
}

/// <summary>Entries about the begin and the end by hand of bulk operations.</summary>
internal sealed class OperationTrail(AuditRows audit) : ITrail<OperationState, OperationEvent>
{
    public void Record(
        RowBatch rows, in DecisionContext context, OperationState before, OperationState after, OperationEvent @event)
    {
        var action = @event switch
        {
            OperationEvent.Started => AuditActions.BulkOperationStarted,
            OperationEvent.Ended { Status: OperationStatus.Stopped } => AuditActions.BulkOperationStopped,
            _ => null,
        };
        if (action is null || after.Plan is not { } plan) return;
        audit.Add(rows, context, new AuditFact(action)
        {
            ProjectId = plan.ProjectId,
            ItemType = "bulk_operation",
            ItemId = context.Entity.Id,
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("kind"u8, ReadModels.Words.Of(plan.Kind));
                writer.WriteString("target"u8, ReadModels.Words.Of(plan.Target));
                writer.WriteString("by"u8, plan.Filter is null ? "ids" : "filter");
                if (plan.Filter is null) writer.WriteNumber("ids"u8, plan.Ids.Length);
                if (after.Status != OperationStatus.Running) writer.WriteNumber("done"u8, after.Done);
            }),
        });
    }
}
