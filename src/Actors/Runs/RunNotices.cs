namespace Actors.Runs;

/// <summary>What a run announces inside its node after a commit.</summary>
public abstract record RunNotice(Guid RunId)
{
    /// <summary>The run waits for a worker.</summary>
    public sealed record Available(Guid RunId, RunPlan Plan, DateTimeOffset CreatedAt) : RunNotice(RunId);

    /// <summary>The run's status changed, or a step began or ended.</summary>
    public sealed record Changed(Guid RunId, RunState State) : RunNotice(RunId);

    /// <summary>An attempt ended by its own report, the run did not.</summary>
    public sealed record AttemptEnded(Guid RunId, int Attempt) : RunNotice(RunId);

    /// <summary>An attempt ended by a decision of the cluster while a worker may still execute it: stop it.</summary>
    public sealed record AttemptRevoked(Guid RunId, int Attempt) : RunNotice(RunId);
}
