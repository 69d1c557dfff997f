using Cluster;
using System.Collections.Immutable;
using Actors.Dispatch;
using Actors.Runs;

namespace Api.Dispatch;

/// <summary>
/// Runs that another node was told to claim. It has a moment to do so; then they count as waiting again here. The owner's
/// journal decides who gets a run, so a loan that both believe in costs one refused claim and nothing else.
/// </summary>
internal sealed class Lending(TimeProvider time)
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(5);
    private readonly Dictionary<Guid, (WaitingRun Run, long Until)> _lent = [];

    public void Add(WaitingRun run) => _lent[run.RunId] = (run, time.TimestampAfter(Term));

    /// <summary>The run was claimed, or is over.</summary>
    public void Settle(RunNotice notice)
    {
        if (notice is not RunNotice.Available) _lent.Remove(notice.RunId);
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
}
