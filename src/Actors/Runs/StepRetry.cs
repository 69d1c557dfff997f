using System.Collections.Immutable;
using Actors.Workflows;

namespace Actors.Runs;

/// <summary>
/// Whether a run that failed goes on: the failed steps that made it fail are executed again in their place, everything
/// that succeeded stays. Only failures of job code count (<see cref="ExitReason.Fail"/>): a crash or kill would repeat itself.
/// </summary>
internal static class StepRetry
{
    /// <returns>Null if the run ends.</returns>
    public static RunFact.RetryScheduled? Of(RunState state, DateTimeOffset at)
    {
        if (state.Plan!.Retries is not { } retries) return null;

        var steps = ImmutableArray.CreateBuilder<Guid>();
        var delay = TimeSpan.Zero;
        foreach (var step in state.FinishedSteps)
        {
            if (step is not { Reason: ExitReason.Fail, Retry: false } || IsHandled(state, step)) continue;
            if (retries.PolicyOf(step.JobId) is not { } policy) continue;

            var executions = 1 + state.FinishedSteps.Count(other => other.Retry && other.JobId == step.JobId);
            if (executions >= policy.MaxAttempts) continue;

            steps.Add(step.StepId);
            var own = Delay(policy, executions, state.Id);
            if (own > delay) delay = own;
        }

        return steps.Count == 0
            ? null
            : new RunFact.RetryScheduled(at, steps.ToImmutable(), at + delay) { LostSteps = state.OpenSteps };
    }

    /// <summary>A failure that a step behind it took up does not make a run fail (openfn-protocol 7, leaf rule). A step that
    /// follows another has its output as input.</summary>
    private static bool IsHandled(RunState state, FinishedStep failed) =>
        failed.OutputDataclipId is { } output && state.FinishedSteps.Any(step => step.InputDataclipId == output);

    /// <summary>Doubles with each execution, and is longer by up to a quarter, by the run's id: runs that failed together do not
    /// all come back together.</summary>
    private static TimeSpan Delay(RetryPolicy policy, int executions, Guid runId)
    {
        var doubled = policy.BackoffMs * Math.Pow(2, executions - 1);
        Span<byte> id = stackalloc byte[16];
        runId.TryWriteBytes(id);
        return TimeSpan.FromMilliseconds(Math.Min(doubled, policy.MaxBackoffMs) * (1 + (id[10] / 1024.0)));
    }
}
