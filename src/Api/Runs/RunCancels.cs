using Actors;
using Actors.Runs;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Runs;

/// <summary>Cancels runs, waiting or running.</summary>
internal sealed class RunCancels(IEntities entities, RunQueries runs)
{
    /// <summary>Null when the run is cancelled.</summary>
    public async Task<Problem?> CancelAsync(Guid runId, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.Run, runId), new RunCommand.Cancel(), cancellationToken);
        return outcome is Outcome.Replied ? null : Problem.Of(outcome);
    }

    /// <summary>Cancels the one run of a work order that is not finished.</summary>
    public async Task<Problem?> CancelOrderAsync(Guid workOrderId, CancellationToken cancellationToken)
    {
        if (await runs.NewestOfWorkOrderAsync(workOrderId, cancellationToken) is not { } newest
            || Words.Parse<RunStatus>(newest.Status) >= RunStatus.Success)
            return Problem.Of(ProblemKinds.WorkOrderFinal);

        var problem = await CancelAsync(newest.Id, cancellationToken);
        return problem?.Document.Code == RunRefusals.FinalCode ? Problem.Of(ProblemKinds.WorkOrderFinal) : problem;
    }
}
