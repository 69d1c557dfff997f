using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Runs;

/// <summary>What becomes of a run whose worker or node is gone.</summary>
public static class RunLoss
{
    public const string LostAfterClaim = "LostAfterClaim";
    public const string LostAfterStart = "LostAfterStart";
    public const string PoisonRun = "PoisonRun";

    /// <summary>The run stores no bodies, and the node whose memory had them is gone or gave the run's shard away (S0-03).</summary>
    public const string BodiesLost = "BodiesLost";

    internal static Decision<RunEvent> Abandon(
        RunState state, RunCommand.Abandon command, DateTimeOffset now, RunSettings settings)
    {
        // Whoever gives up an attempt may have noticed late: that attempt is over already and nothing is to be done.
        if (!state.IsActive || command.Attempt != state.Attempt) return Decision<RunEvent>.Answer(RunReply.Done.Instance);

        return Decision<RunEvent>.Persist(Lose(state, Bounded(command.Reason), now, settings), RunReply.Done.Instance);
    }

    internal static Decision<RunEvent> GiveBack(
        RunState state, RunCommand.GiveBack command, DateTimeOffset now, RunSettings settings)
    {
        if (state.Status != RunStatus.Claimed || command.Attempt != state.Attempt)
        {
            return Abandon(state, new RunCommand.Abandon(command.Attempt, command.Reason), now, settings);
        }

        var requeued = new RunEvent.Requeued(state.Attempt, Bounded(command.Reason), KeepSteps: true, now) { GivenBack = true };
        return Decision<RunEvent>.Persist(requeued, RunReply.Done.Instance);
    }

    internal static Decision<RunEvent> LoseBodies(RunState state, RunCommand.LoseBodies command, DateTimeOffset now) =>
        state.IsFinal || command.Attempt != state.Attempt || !RunStorage.IsUnstored(state.Plan)
            ? Decision<RunEvent>.Answer(RunReply.Done.Instance)
            : Decision<RunEvent>.Persist(End(state, BodiesLost, BodiesLostMessage, now), RunReply.Done.Instance);

    private static RunEvent Lose(RunState state, string reason, DateTimeOffset now, RunSettings settings)
    {
        var policy = state.Plan!.OnLoss;
        if (policy == LossPolicy.Lost)
        {
            return End(state, state.Status == RunStatus.Started ? LostAfterStart : LostAfterClaim, reason, now);
        }

        if (state.Tried >= settings.MaxAttempts)
        {
            return End(state, PoisonRun, PoisonMessage(state.Tried, reason), now);
        }

        var keepSteps = policy == LossPolicy.Resume && CanResume(state);
        return new RunEvent.Requeued(state.Attempt, reason, keepSteps, now) { LostSteps = state.OpenSteps };
    }

    private static RunEvent.Ended End(RunState state, string errorType, string message, DateTimeOffset now) =>
        new(RunStatus.Lost, errorType, message, now) { LostSteps = state.OpenSteps };

    /// <summary>
    /// Every finished step's output can be needed: by a step behind it, or, at a leaf, as part of the final state. Which
    /// it is stands in the graph, which a run does not hold, so one lost output is enough to start over.
    /// </summary>
    private static bool CanResume(RunState state)
    {
        foreach (var step in state.FinishedSteps)
        {
            if (step is { OutputLost: true, Retry: false }) return false;
        }

        return true;
    }

    private const string BodiesLostMessage =
        "The project stores no data, and the node that held the run's data in memory is gone: there is nothing to go on with.";

    private static string Bounded(string reason) => BoundedText.Of(reason, BoundedText.ErrorMessageLength / 2)!;

    private static string PoisonMessage(int attempts, string reason) =>
        $"The worker or node was lost in each of {attempts} attempts; the run is not tried again. Last: {reason}";
}
