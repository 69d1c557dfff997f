using Cluster;
using System.Collections.Immutable;
using Actors.Dispatch;
using Actors.Runs;

namespace Api.Dispatch;

/// <summary>
/// Runs that another node was told to take. It has a moment to ask for the claim, which this node makes; then they count
/// as waiting again. A loan is taken up or given up, never both, so a claim that comes too late is not made.
/// </summary>
internal sealed class Lending(TimeProvider time)
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(5);
    private readonly Dictionary<Guid, (WaitingRun Run, long Until)> _lent = [];

    public void Add(WaitingRun run) => _lent[run.RunId] = (run, time.TimestampAfter(Term));

    /// <summary>The run is about to be claimed. Null if it is not lent (any more).</summary>
    public WaitingRun? TakeUp(Guid runId) => _lent.Remove(runId, out var loan) ? loan.Run : null;

    /// <summary>The run was claimed, or is over. That it waits is announced twice, and between the two it may be lent.</summary>
    public void Settle(RunNotice notice)
    {
        if (notice is RunNotice.Changed { State: { IsActive: true } or { IsFinal: true } }) _lent.Remove(notice.RunId);
    }

    /// <summary>Loans that nobody used.</summary>
    public ImmutableArray<WaitingRun> Expired()
    {
        if (_lent.Count == 0) return [];
        var now = time.GetTimestamp();
        ImmutableArray<WaitingRun> expired = [.. _lent.Values.Where(loan => loan.Until <= now).Select(loan => loan.Run)];
        foreach (var run in expired) _lent.Remove(run.RunId);
        return expired;
    }

    /// <summary>The runs are another node's now.</summary>
    public void Leave(Func<Guid, bool> isLeft)
    {
        foreach (var run in _lent.Keys.Where(isLeft).ToList()) _lent.Remove(run);
    }
}
