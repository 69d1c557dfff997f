using Cluster.Entities;

namespace Actors.Runs;

/// <summary>How a run that ended forgets what its jobs said in errors. Bodies and log lines are no part of it: they are rows beside it.</summary>
internal static class RunErasing
{
    public static Decision<RunEvent> Decide(RunState state) => state.IsFinal
        ? Decision<RunEvent>.Persist(new RunEvent.MessagesErased(Without(state)), RunReply.Done.Instance).Forgetting()
        : RunRefusals.NotFinal(state);

    private static RunState Without(RunState state) => state with
    {
        ErrorMessage = null,
        FinishedSteps = [.. state.FinishedSteps.Select(static step => step with { ErrorMessage = null })],
    };
}
