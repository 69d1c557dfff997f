using Actors;
using Actors.Runs;
using Api.Intake;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Schedules;

/// <summary>What came of firing a tick.</summary>
internal enum FireResult
{
    /// <summary>Its run exists, by this call or an earlier one, or there is to be none: the project is about to be deleted.</summary>
    Fired,

    /// <summary>The workflow is another one by now: nothing was fired.</summary>
    Outdated,

    /// <summary>It is not known to exist: try again.</summary>
    NotTaken,
}

/// <summary>Makes the run of one tick.</summary>
internal sealed class TickFiring(IEntities entities, RunIntake intake, ScheduleQueries queries)
{
    private static readonly byte[] NoInput = "{}"u8.ToArray();

    public async Task<FireResult> FireAsync(WorkflowEntry workflow, DateTimeOffset tick, CancellationToken cancellationToken)
    {
        if (intake.IsLeaving(workflow)) return FireResult.Fired;

        var trigger = workflow.Trigger!;
        var found = await queries.InputAsync(workflow.WorkflowId, trigger.Id, trigger.CursorJobId, cancellationToken);

        // News of a change may have been lost: what is fired is what is stored.
        if (found?.Version != workflow.Version) return FireResult.Outdated;

        var ids = CronTick.Of(workflow.ProjectId, trigger.Id, tick);
        var empty = found.DataclipId is null ? new DataclipBody(ids.InputId, DataclipType.Global, NoInput, null) : null;
        var start = new RunStart(trigger.Id, trigger.Id, RunQueue.Default, DataclipType.Global, default, null);
        var plan = intake.PlanOf(ids.WorkOrderId, workflow, start, found.DataclipId ?? ids.InputId) with { ScheduledFor = tick };

        // Not as an id that is new: another node, or this one in an earlier life, may have made the run.
        return await entities.AskAsync(
            new EntityRef(EntityTypes.Run, ids.RunId), new RunCommand.Create(plan, empty), cancellationToken) switch
        {
            Outcome.Replied or Outcome.Refused { Refusal.Code: RunRefusals.ExistsCode } => FireResult.Fired,
            _ => FireResult.NotTaken,
        };
    }
}
