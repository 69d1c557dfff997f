using Api.Nodes;

namespace Api.Dispatch;

/// <summary>
/// Gets runs from other nodes while workers here ask for more than waits here: from a node that says that it has work, and
/// now and then from any.
/// </summary>
internal sealed class Borrowing(Neighbours neighbours)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private int _turn;

    /// <summary>The other nodes take turns; null if there are none.</summary>
    public Guid? NextLender()
    {
        Guid[] others = [.. neighbours.Others];
        return others.Length == 0 ? null : others[(int)((uint)Interlocked.Increment(ref _turn) % (uint)others.Length)];
    }

    public async Task<LentRuns> BorrowAsync(Guid lender, int most, CancellationToken cancellationToken) =>
        await neighbours.AskAsync(lender, NodeServices.Borrow, new BorrowRequest(most), Patience, cancellationToken)
            .ConfigureAwait(false) ?? new LentRuns([]);

    /// <summary>Says that runs wait here for which no worker asks. A message that is lost is made up for by the turns.</summary>
    public void Offer()
    {
        foreach (var node in neighbours.Others)
        {
            _ = neighbours.AskAsync(node, NodeServices.WorkAvailable, Told.Instance, Patience, CancellationToken.None);
        }
    }
}
