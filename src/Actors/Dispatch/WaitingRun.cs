using Actors.Runs;

namespace Actors.Dispatch;

/// <summary>A run that waits for a worker, as the ready queue keeps it.</summary>
public sealed record WaitingRun(
    Guid RunId,
    Guid ProjectId,
    Guid WorkflowId,
    RunQueue Queue,
    DateTimeOffset CreatedAt);

/// <summary>How many runs may be active at once; null for no limit.</summary>
/// <param name="Weight">Turns of the project in a round among the projects that wait; less than one counts as one.</param>
public readonly record struct ConcurrencyLimits(int? Workflow, int? Project, int Weight = 1)
{
    public bool Any => Workflow is not null || Project is not null;
}

/// <summary>The waiting runs of one workflow and queue: what is kept and refilled in one line.</summary>
public readonly record struct Backlog(Guid WorkflowId, RunQueue Queue)
{
    public static Backlog Of(WaitingRun run) => new(run.WorkflowId, run.Queue);
}
