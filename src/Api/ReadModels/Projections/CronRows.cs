using Actors.Projects;
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
        // Of a run that succeeds under another policy nothing is kept that the next one could begin with.
        var isKept = state.Plan!.Storage == RetentionPolicy.RetainAll;
        foreach (var fact in reported.Facts)
        {
            if (fact is RunFact.StepCompleted { Reason: ExitReason.Success, OutputDataclipId: { } output } step)
            {
                WriteCursor(rows, triggerId, step.JobId, isKept ? output : null);
            }
        }

        if (state is { Status: RunStatus.Success, FinalDataclipId: { } final })
        {
            WriteCursor(rows, triggerId, FinalState, isKept ? final : null);
        }
    }

    private static void WriteCursor(RowBatch rows, Guid triggerId, Guid jobId, Guid? dataclipId)
    {
        if (dataclipId is { } kept) rows.Upsert(Tables.CronCursors, triggerId, jobId, kept);
        else rows.Delete(Tables.CronCursors, triggerId, jobId);
    }
}
