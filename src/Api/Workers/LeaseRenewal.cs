using Api.Dispatch;
using Api.Nodes;

namespace Api.Workers;

/// <summary>Tells the owners of runs, this node or others, which attempts workers of this node execute.</summary>
internal sealed class LeaseRenewal(Executions executions, Leases leases, Neighbours neighbours)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Renews all; workers are told to stop what is not theirs any more.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        foreach (var (runId, overdue) in executions.TakeOverdue()) overdue.Holder.Expire(runId, overdue.Attempt);
        var current = executions.Current();
        if (current.Count == 0) return;
        foreach (var runId in await AskAsync(current, cancellationToken).ConfigureAwait(false))
        {
            var attempt = current.First(run => run.RunId == runId).Attempt;
            if (executions.Release(runId, attempt) is { } lost) lost.Holder.Stop(runId, attempt);
        }
    }

    /// <summary>Which of the attempts are over. What nobody can be asked about now goes on.</summary>
    public async Task<IReadOnlyList<Guid>> AskAsync(IReadOnlyCollection<HeldRun> attempts, CancellationToken cancellationToken)
    {
        var asked = attempts.GroupBy(attempt => neighbours.OwnerOf(attempt.RunId))
            .Select(group => AskAsync(group.Key, [.. group], cancellationToken));
        var dropped = await Task.WhenAll(asked).ConfigureAwait(false);
        return [.. dropped.SelectMany(static runs => runs)];
    }

    private async Task<IEnumerable<Guid>> AskAsync(Guid? owner, HeldRun[] attempts, CancellationToken cancellationToken)
    {
        if (owner == neighbours.Self) return leases.Renew(attempts);
        if (owner is not { } other) return [];
        var answer = await neighbours.AskAsync(
            other, NodeServices.Renew, new HeldRuns([.. attempts]), Patience, cancellationToken).ConfigureAwait(false);
        return answer?.Runs ?? [];
    }
}

/// <summary>Looks after the leases of this node's runs and of its workers.</summary>
internal sealed class LeaseKeeper(
    Leases leases, LeaseRenewal renewal, OwnClaims claims, TimeProvider time, ILogger<LeaseKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
                foreach (var attempt in leases.Expire()) _ = claims.LookAfterAsync(attempt);
                await renewal.RenewAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                DispatchLog.LeaseCheckFailed(logger, e);
            }
        }
    }
}
