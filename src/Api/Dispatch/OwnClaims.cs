using Actors;
using Actors.Dispatch;
using Actors.Runs;
using Api.Workers;
using Cluster.Entities;

namespace Api.Dispatch;

/// <summary>
/// Claims runs of this node's shards, for its own workers and for those of others. Nobody else does: a claim is refused by
/// whoever does not serve the shard. A run that was taken from the queue goes on counting against its limits for as
/// long as its claim may have been committed or may yet be.
/// </summary>
internal sealed class OwnClaims(
    IEntities entities, ReadyRuns ready, Admissions admissions, Leases leases, DispatchSettings settings,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<OwnClaims> logger)
{
    private static readonly Outcome NotAdmitted = new Outcome.Refused(
        new Refusal(RefusalKind.Conflict, "not_admitted", "The limit of the run's workflow or project is reached."));

    private static readonly Outcome NotHere = new Outcome.Unavailable("the shard is not served here");

    /// <param name="run">Taken from the ready queue.</param>
    /// <param name="worker">Who will execute the run.</param>
    public async Task<Outcome> ClaimAsync(WaitingRun run, string worker, CancellationToken stopping)
    {
        Outcome? outcome = null;
        try
        {
            return outcome = await TryClaimAsync(run, worker, stopping).ConfigureAwait(false);
        }
        finally
        {
            if (outcome is not Outcome.Replied && outcome != NotAdmitted) _ = SettleAsync(run);
        }
    }

    /// <summary>
    /// An attempt was given up and nothing is heard of its end. A commit whose outcome was unknown to the run is announced
    /// by nobody, so the run is asked. If it does not answer, the attempt is given up again and this is called again.
    /// </summary>
    public async Task LookAfterAsync(HeldRun attempt)
    {
        var seen = await LookAsync(attempt.RunId).ConfigureAwait(false);
        var state = seen is Outcome.Replied { Reply: RunReply.Present present } ? present.State : null;
        if (seen is not (Outcome.Replied or Outcome.Refused) || (state is { IsActive: true } && state.Attempt == attempt.Attempt)) return;

        // What has been heard meanwhile is newer.
        if (!leases.Forget(attempt)) return;
        DispatchLog.EndMissed(logger, attempt.RunId, attempt.Attempt);
        Settle(
            new WaitingRun(
                attempt.RunId, state?.Plan?.ProjectId ?? default, state?.Plan?.WorkflowId ?? default, state?.Plan?.Queue ?? default,
                state?.CreatedAt ?? default),
            seen);
    }

    private async Task<Outcome> TryClaimAsync(WaitingRun run, string worker, CancellationToken stopping)
    {
        if (!await admissions.MayStartAsync(run, stopping).ConfigureAwait(false))
        {
            ready.Refuse(run);
            return NotAdmitted;
        }

        // It may have waited for its turn while its shard left.
        if (!ready.IsActive(run.RunId)) return NotHere;

        return await entities.AskHereAsync(
            new EntityRef(EntityTypes.Run, run.RunId), new RunCommand.Claim(worker), stopping).ConfigureAwait(false);
    }

    /// <summary>Finds out what became of a run that could not be claimed. Ends when that is known, or the run is another
    /// node's business.</summary>
    private async Task SettleAsync(WaitingRun run)
    {
        try
        {
            do
            {
                await Task.Delay(settings.RetryAfter, time, lifetime.ApplicationStopping).ConfigureAwait(false);
            }
            while (ready.IsActive(run.RunId) && !Settle(run, await LookAsync(run.RunId).ConfigureAwait(false)));
        }
        catch (OperationCanceledException)
        {
            // The node starts nothing any more: the run may go on counting.
        }
        catch (Exception e)
        {
            DispatchLog.ClaimFailed(logger, run.RunId, e);
        }
    }

    /// <returns>False if nothing was learned.</returns>
    private bool Settle(WaitingRun run, Outcome seen)
    {
        switch (seen)
        {
            case Outcome.Replied { Reply: RunReply.Present { State: { Status: RunStatus.Available } state } }:
                // What waits for a time is found when its time has come.
                if (state.NotBefore > time.GetUtcNow()) ready.Release(run.RunId);
                else ready.PutBack(run);
                return true;
            case Outcome.Replied { Reply: RunReply.Present { State: { IsActive: true } state } }:
                // Its end is heard of. Should nobody execute it, the lease runs out.
                leases.Adopt([new HeldRun(run.RunId, state.Attempt)]);
                return true;
            case Outcome.Replied or Outcome.Refused:
                ready.Release(run.RunId);
                return true;
            default:
                return false;
        }
    }

    private ValueTask<Outcome> LookAsync(Guid runId) =>
        entities.AskHereAsync(new EntityRef(EntityTypes.Run, runId), new RunCommand.Look(), CancellationToken.None);
}
