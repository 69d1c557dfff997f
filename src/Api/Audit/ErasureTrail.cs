using Actors.Audit;
using Actors.Erasures;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries about erasures: who, when and how much, and hashes of what was looked for under a key of the project, never what it was.</summary>
internal sealed class ErasureTrail(AuditRows audit) : ITrail<ErasureState, ErasureEvent>
{
    public void Record(RowBatch rows, in DecisionContext context, ErasureState before, ErasureState after, ErasureEvent @event)
    {
        var action = @event switch
        {
            ErasureEvent.Started => AuditActions.ErasureStarted,
            ErasureEvent.Executed => AuditActions.ErasureExecuted,
            ErasureEvent.Ended when after.Status == ErasureStatus.Done => AuditActions.ErasureDone,
            ErasureEvent.Ended => AuditActions.ErasureDiscarded,
            _ => null,
        };
        if (action is null) return;
        audit.Add(rows, context, new AuditFact(action)
        {
            ProjectId = after.ProjectId,
            ItemType = "erasure",
            ItemId = context.Entity.Id,
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("texts"u8, AuditDetails.Listed(after.Hashes));
                if (after.Erased is not { } erased) return;
                writer.WriteNumber("dataclips"u8, erased.Dataclips);
                writer.WriteNumber("logLines"u8, erased.LogLines);
                writer.WriteNumber("runs"u8, erased.Runs);
                writer.WriteNumber("leftRuns"u8, erased.LeftRuns);
            }),
        });
    }
}
