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
public readonly record struct ConcurrencyLimits(int? Workflow, int? Project);

/// <summary>The waiting runs of one workflow and queue: what is kept and refilled in one line.</summary>
public readonly record struct Backlog(Guid WorkflowId, RunQueue Queue)
{
    public static Backlog Of(WaitingRun run) => new(run.WorkflowId, run.Queue);
}
