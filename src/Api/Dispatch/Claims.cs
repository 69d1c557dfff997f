using Actors;
using Actors.Runs;
using Cluster.Entities;

namespace Api.Dispatch;

/// <summary>How a claim ended.</summary>
internal enum ClaimEnd
{
    /// <summary>The worker has the run.</summary>
    HandedOver,

    /// <summary>The worker is still free; the run is over, or its attempt is given up and will be heard of as revoked.</summary>
    Ended,

    /// <summary>Somebody else has the run, or it is over.</summary>
    NotWaiting,

    /// <summary>The run waits as before.</summary>
    WaitsAgain,
}

/// <summary>
/// Takes a waiting run for a worker: journals the claim, gathers what the run needs, hands it over. The claim is
/// journalled before the worker hears of it, so a crash in between leaves a claimed run whose lease expires, never a
/// run that two workers execute.
/// </summary>
internal sealed class Claims(
    IEntities entities, RunMaterial material, DispatchSettings settings, TimeProvider time, ILogger<Claims> logger)
{
    /// <param name="claim">Has the run claimed for a worker by whoever owns its shard, who also keeps it for the next claim
    /// if nothing came of this one.</param>
    public async Task<ClaimEnd> TakeAsync(
        IRunTaker taker, Guid runId, Func<string, Task<Outcome>> claim, CancellationToken stopping)
    {
        var outcome = await claim(taker.WorkerId).ConfigureAwait(false);
        return outcome switch
        {
            Outcome.Replied { Reply: RunReply.Claimed claimed } =>
                await HandOverAsync(taker, runId, claimed.State, stopping).ConfigureAwait(false),
            Outcome.Refused => ClaimEnd.NotWaiting,
            _ => await LookAsync(taker, runId, stopping).ConfigureAwait(false),
        };
    }

    /// <summary>The claim's outcome is not known. If it was committed nobody executes it, and it has to be given up.</summary>
    private async Task<ClaimEnd> LookAsync(IRunTaker taker, Guid runId, CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(settings.RetryAfter, time, stopping).ConfigureAwait(false);
            switch (await AskAsync(runId, new RunCommand.Look(), stopping).ConfigureAwait(false))
            {
                case Outcome.Replied { Reply: RunReply.Present { State: { IsActive: true } state } } when state.Worker == taker.WorkerId:
                    GiveBack(runId, state.Attempt);
                    return ClaimEnd.Ended;
                case Outcome.Replied { Reply: RunReply.Present { State.Status: RunStatus.Available } }:
                    return ClaimEnd.WaitsAgain;
                case Outcome.Replied or Outcome.Refused:
                    return ClaimEnd.NotWaiting;
            }
        }
    }

    private async Task<ClaimEnd> HandOverAsync(
        IRunTaker taker, Guid runId, RunState state, CancellationToken stopping)
    {
        try
        {
            var prepared = await material.PrepareAsync(runId, state, stopping).ConfigureAwait(false);
            if (taker.TryHandOver(prepared)) return ClaimEnd.HandedOver;

            GiveBack(runId, state.Attempt);
            return ClaimEnd.Ended;
        }
        catch (PreparationException e)
        {
            await EndAsync(runId, state, e, stopping).ConfigureAwait(false);
            return ClaimEnd.Ended;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DispatchLog.PreparationFailed(logger, runId, e);
            GiveUp(runId, state.Attempt);
            return ClaimEnd.Ended;
        }
    }

    private async Task EndAsync(Guid runId, RunState state, PreparationException cause, CancellationToken stopping)
    {
        var complete = new RunReport.Complete(
            time.GetUtcNow(), ExitReason.Exception, cause.ErrorType, cause.Message, null, null);
        RunCommand end = cause.IsLoss ? new RunCommand.LoseBodies(state.Attempt) : new RunCommand.Report(state.Attempt, 0, [complete]);
        var outcome = await AskAsync(runId, end, stopping).ConfigureAwait(false);
        if (outcome is not Outcome.Replied)
        {
            GiveUp(runId, state.Attempt);
        }
    }

    /// <summary>Nobody executes the attempt. Should the run not hear of it, nobody renews its lease either.</summary>
    private void GiveUp(Guid runId, int attempt) => Tell(runId, new RunCommand.Abandon(attempt, "could not be prepared"));

    /// <summary>As <see cref="GiveUp"/> where nothing is wrong with the run itself.</summary>
    private void GiveBack(Guid runId, int attempt) => Tell(runId, new RunCommand.GiveBack(attempt, "not handed to a worker"));

    private void Tell(Guid runId, RunCommand command) => entities.Tell(new EntityRef(EntityTypes.Run, runId), command);

    private ValueTask<Outcome> AskAsync(Guid runId, RunCommand command, CancellationToken cancellationToken) =>
        entities.AskAsync(new EntityRef(EntityTypes.Run, runId), command, cancellationToken);
}
