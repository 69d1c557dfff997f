using System.Collections.Immutable;
using Actors.Dispatch;
using Api.Nodes;

namespace Api.Dispatch;

/// <summary>
/// Evens work out between nodes: gets runs from others while workers here ask for more than waits here, and tells the
/// others when runs wait here for which no worker asks.
/// </summary>
internal sealed class Borrowing(ReadyRuns ready, Neighbours neighbours, TimeProvider time, ILogger<Borrowing> logger)
{
    private const int MostAtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OfferAgain = TimeSpan.FromMilliseconds(100);

    // Touched by the dispatcher's loop alone, but for the news.
    private long _asked;
    private long _offered;
    private int _turn;
    private Lender? _news;
    private Task _borrowing = Task.CompletedTask;

    /// <summary>There are other nodes that runs may be borrowed from.</summary>
    public bool HasOthers => neighbours.Others.Any();

    /// <summary>Another node has told of work, and nobody has asked it for that yet.</summary>
    public bool KnowsOfWork => Volatile.Read(ref _news) is not null;

    /// <summary>Another node has more work than workers.</summary>
    public void NoteWork(Guid lender)
    {
        Volatile.Write(ref _news, new Lender(lender));
        ready.Wake();
    }

    /// <summary>Runs for another node.</summary>
    public LentRuns Lend(int most) => new(ready.Lend(Math.Min(most, MostAtOnce)));

    /// <summary>Does what is due. One loan at a time; without news of work the others are asked in turn, once a second.</summary>
    /// <param name="start">Starts a borrowed run with a worker.</param>
    public void Balance(Func<IRunTaker, WaitingRun, Guid, Task> start, CancellationToken stopping)
    {
        var (isIdle, hasWork) = ready.Look();
        if (isIdle && _borrowing.IsCompleted && (Interlocked.Exchange(ref _news, null)?.Node ?? InTurn()) is { } lender)
        {
            _asked = time.GetTimestamp();
            _borrowing = BorrowAsync(lender, start, stopping);
        }

        if (hasWork && time.GetElapsedTime(_offered) >= OfferAgain)
        {
            _offered = time.GetTimestamp();
            foreach (var node in neighbours.Others)
            {
                // A message that is lost is made up for by the turns.
                _ = neighbours.AskAsync(node, NodeServices.WorkAvailable, Told.Instance, Patience, CancellationToken.None);
            }
        }
    }

    private Guid? InTurn()
    {
        Guid[] others = time.GetElapsedTime(_asked) < AskAgain ? [] : [.. neighbours.Others];
        return others.Length == 0 ? null : others[(int)((uint)_turn++ % (uint)others.Length)];
    }

    private async Task BorrowAsync(Guid lender, Func<IRunTaker, WaitingRun, Guid, Task> start, CancellationToken stopping)
    {
        var takers = ready.Reserve(MostAtOnce);
        var runs = ImmutableArray<WaitingRun>.Empty;
        try
        {
            var lent = await neighbours.AskAsync(lender, NodeServices.Borrow, new BorrowRequest(takers.Count), Patience, stopping)
                .ConfigureAwait(false);
            runs = lent?.Runs ?? [];
            foreach (var run in runs)
            {
                // A run that nobody here takes is the lender's again after a moment.
                if (takers.FindIndex(taker => taker.Preference.Order.Contains(run.Queue)) is >= 0 and var index)
                {
                    var taker = takers[index];
                    takers.RemoveAt(index);
                    await start(taker, run, lender).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            DispatchLog.BorrowFailed(logger, lender, e);
        }

        ready.GiveBack(takers);
        if (!runs.IsEmpty)
        {
            NoteWork(lender); // There may be more.
        }
    }

    private sealed record Lender(Guid Node);
}
