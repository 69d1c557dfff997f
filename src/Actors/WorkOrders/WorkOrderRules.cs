using Actors.Runs;

namespace Actors.WorkOrders;

/// <summary>States of a work order. All but <see cref="Rejected"/> follow from its runs.</summary>
public enum WorkOrderState
{
    /// <summary>Stored without a run, because a limit was reached.</summary>
    Rejected,
    Pending,
    Running,
    Success,
    Failed,
    Crashed,
    Cancelled,
    Killed,
    Exception,
    Lost,
}

/// <summary>What a work order's state depends on in one of its runs.</summary>
/// <param name="FinishedAt">Null while the run has not ended.</param>
public readonly record struct RunSummary(RunStatus Status, DateTimeOffset? FinishedAt);

/// <summary>How a work order's state follows from its runs.</summary>
public static class WorkOrderRules
{
    /// <summary>
    /// An unfinished run decides, a started one before an available one before a claimed one. When all have ended the
    /// last one to finish decides, not the best: a retry that fails makes a failed order of a successful one. Of runs
    /// that finished at the same time the later in <paramref name="runs"/> counts.
    /// </summary>
    public static WorkOrderState StateOf(IEnumerable<RunSummary> runs)
    {
        RunSummary? deciding = null;
        foreach (var run in runs)
        {
            if (deciding is not { } present || Decides(run, present)) deciding = run;
        }

        return deciding is { } found ? StateOf(found.Status) : WorkOrderState.Rejected;
    }

    /// <summary>The state of a work order that has only this run.</summary>
    public static WorkOrderState StateOf(RunStatus status) => status switch
    {
        RunStatus.Absent or RunStatus.Rejected => WorkOrderState.Rejected,
        RunStatus.Available or RunStatus.Claimed => WorkOrderState.Pending,
        RunStatus.Started => WorkOrderState.Running,
        RunStatus.Success => WorkOrderState.Success,
        RunStatus.Failed => WorkOrderState.Failed,
        RunStatus.Crashed => WorkOrderState.Crashed,
        RunStatus.Cancelled => WorkOrderState.Cancelled,
        RunStatus.Killed => WorkOrderState.Killed,
        RunStatus.Exception => WorkOrderState.Exception,
        RunStatus.Lost => WorkOrderState.Lost,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    private static bool Decides(RunSummary run, RunSummary present)
    {
        var (rank, presentRank) = (Rank(run.Status), Rank(present.Status));
        return rank != presentRank
            ? rank > presentRank
            : rank == 0 && Nullable.Compare(run.FinishedAt, present.FinishedAt) >= 0;
    }

    private static int Rank(RunStatus status) => status switch
    {
        RunStatus.Started => 3,
        RunStatus.Available => 2,
        RunStatus.Claimed => 1,
        _ => 0,
    };
}
