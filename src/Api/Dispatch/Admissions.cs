using System.Collections.Concurrent;
using Actors.Dispatch;
using Actors.Runs;
using Api.Nodes;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>
/// Asks the owner of a project's home shard before a run of another shard starts: one that was created before its limit was
/// set, or by a node that had not heard of it yet. And tells it when such a run is over.
/// </summary>
internal sealed class Admissions(HomeLimits limits, ReadyRuns ready, Neighbours neighbours)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, Ticket> _tickets = new();

    public async ValueTask<bool> MayStartAsync(WaitingRun run, CancellationToken cancellationToken)
    {
        if (!limits.AreLimited(run.ProjectId, run.WorkflowId)) return true;

        // The queue looked already, but the home may have come here since.
        if (ready.IsAdopted(HomeLimits.HomeOf(run.ProjectId))) return ready.Fits(run);
        if (neighbours.OwnerOf(run.ProjectId) is not { } owner || owner == neighbours.Self) return false;

        var answer = await neighbours.AskAsync(owner, NodeServices.Admit, new AdmissionRequest(run), Patience, cancellationToken)
            .ConfigureAwait(false);
        if (answer is not { Ticket: { } number }) return false;

        _tickets[run.RunId] = new Ticket(owner, number);
        return true;
    }

    /// <summary>An attempt is over. A message that is lost is made up for: the home looks at the read model too.</summary>
    public void Hear(RunNotice notice)
    {
        if (!_tickets.IsEmpty && _tickets.TryRemove(notice.RunId, out var ticket))
        {
            _ = neighbours.AskAsync(
                ticket.Owner, NodeServices.AdmissionOver, new AdmissionEnd(notice.RunId, ticket.Number), Patience, CancellationToken.None);
        }
    }

    public void Leave(IReadOnlyCollection<int> shards)
    {
        foreach (var run in _tickets.Keys.Where(run => shards.Contains(ShardMap.ShardOf(run)))) _tickets.TryRemove(run, out _);
    }

    private readonly record struct Ticket(Guid Owner, long Number);
}
