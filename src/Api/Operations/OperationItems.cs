using Actors.Operations;
using Actors.Runs;
using Api.Problems;
using Api.ReadModels;
using Api.Runs;

namespace Api.Operations;

/// <summary>What became of an item.</summary>
/// <param name="Refusal">Null when it was done.</param>
/// <param name="IsFault">The cluster could not do it; trying again later may help.</param>
internal readonly record struct ItemResult(ItemRefusal? Refusal, bool IsFault);

/// <summary>
/// Does one item, as the request for it alone would. Doing it twice is like doing it once: whoever takes over a page does
/// all of its items again.
/// </summary>
internal sealed class OperationItems(RunRetries retries, RunCancels cancels, RunQueries runs, TimeProvider time)
{
    private const int Tries = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] Faults =
        [ProblemKinds.Overloaded.Code, ProblemKinds.Unavailable.Code, ProblemKinds.OutcomeUnknown.Code];

    public async Task<ItemResult> DoAsync(OperationState operation, Guid item, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var problem = (await TryAsync(operation, item, cancellationToken).ConfigureAwait(false))?.Document;
            if (problem is null) return default;
            var isFault = Faults.Contains(problem.Code);
            if (!isFault || attempt == Tries)
                return new ItemResult(new ItemRefusal(item, problem.Code, problem.Detail ?? problem.Title), isFault);
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Problem?> TryAsync(OperationState operation, Guid item, CancellationToken cancellationToken)
    {
        var plan = operation.Plan!;
        var run = plan.Target == OperationTarget.Runs
            ? await runs.FindAsync(item, cancellationToken).ConfigureAwait(false)
            : await runs.NewestOfWorkOrderAsync(item, cancellationToken).ConfigureAwait(false);
        if (run is null || run.ProjectId != plan.ProjectId) return Problem.Of(ProblemKinds.NotFound);
        if (plan.Environments?.Contains(EnvironmentNames.Shown(run.Environment)) == false) return Problem.Of(ProblemKinds.EnvironmentForbidden);

        return plan.Kind == OperationKind.Retry
            ? await RetryAsync(operation, run.Id, cancellationToken).ConfigureAwait(false)
            : await CancelAsync(operation, run.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Problem?> RetryAsync(OperationState operation, Guid runId, CancellationToken cancellationToken)
    {
        var wish = new RetryWish(null, null, operation.Plan!.From == RetryFrom.FailedStep, operation.Id);
        return (await retries.RetryAsync(runId, wish, cancellationToken).ConfigureAwait(false)).Problem;
    }

    private async Task<Problem?> CancelAsync(OperationState operation, Guid runId, CancellationToken cancellationToken)
    {
        var problem = await cancels.CancelAsync(runId, cancellationToken).ConfigureAwait(false);
        if (problem?.Document.Code != RunRefusals.FinalCode) return problem;

        // Cancelled since this page was taken: by whoever had the page before.
        var run = await runs.FindAsync(runId, cancellationToken).ConfigureAwait(false);
        return run?.Status == RunStatus.Cancelled.ToWire() && run.FinishedAt >= operation.UpdatedAt ? null : problem;
    }
}
