using Cluster.Entities;

namespace Actors.Runs;

/// <summary>What the node hears of a run after a commit.</summary>
internal static class RunReactions
{
    public static IEnumerable<Effect> React(RunState state, RunEvent @event)
    {
        var changed = Announce(new RunNotice.Changed(state.Id, state));
        return @event switch
        {
            RunEvent.Created => [Available(state), changed],
            RunEvent.Rejected or RunEvent.MessagesErased => [],
            RunEvent.Requeued => [Revoked(state), Available(state), changed],
            RunEvent.Reported when state.Status == RunStatus.Available =>
                [Announce(new RunNotice.AttemptEnded(state.Id, state.Attempt)), changed],

            // A run that ended while it waited has no time of a claim: nobody executes it.
            RunEvent.Ended when state.ClaimedAt is not null => [Revoked(state), changed],
            _ => [changed],
        };
    }

    /// <summary>Only waiting is held in memory; the sessions of workers watch over claimed runs. A run that waits for a time is
    /// found in the read model when its time has come.</summary>
    public static IEnumerable<Effect> Resume(RunState state) =>
        state is { Status: RunStatus.Available, NotBefore: null } ? [Available(state)] : [];

    private static Effect.Announce Available(RunState state) =>
        Announce(new RunNotice.Available(state.Id, state.Plan!, state.CreatedAt));

    private static Effect.Announce Revoked(RunState state) =>
        Announce(new RunNotice.AttemptRevoked(state.Id, state.Attempt));

    private static Effect.Announce Announce(RunNotice notice) => new(notice);
}
