using Actors.Runs;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

/// <summary>What a schedule must know of the runs that it started. Written with the run, so that it is as durable.</summary>
internal static class CronRows
{
    /// <summary>Stands for the final state of a run, where else a job is named.</summary>
    public static readonly Guid FinalState = Guid.Empty;

    public static void Write(RowBatch rows, Guid runId, RunState state, RunPlan plan, RunEvent @event)
    {
        if (plan is not { ScheduledFor: { } tick, TriggerId: { } triggerId }) return;

        switch (@event)
        {
            // A retry is a run of the same tick, long after it maybe: it does not put the schedule back.
            case RunEvent.Created when CronTick.Made(runId, plan):
                rows.Upsert(Tables.CronTicks, triggerId, tick);
                break;
            case RunEvent.Reported reported:
                WriteCursors(rows, triggerId, state, reported);
                break;
        }
    }

    private static void WriteCursors(RowBatch rows, Guid triggerId, RunState state, RunEvent.Reported reported)
    {
        foreach (var fact in reported.Facts)
        {
            if (fact is RunFact.StepCompleted { Reason: ExitReason.Success, OutputDataclipId: { } output } step)
            {
                rows.Upsert(Tables.CronCursors, triggerId, step.JobId, output);
            }
        }

        if (state is { Status: RunStatus.Success, FinalDataclipId: { } final })
        {
            rows.Upsert(Tables.CronCursors, triggerId, FinalState, final);
        }
    }
}
