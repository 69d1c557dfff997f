using Actors;
using Actors.Runs;
using Api.Dispatch;
using Cluster.Entities;

namespace Api.Workers.Scrubbing;

/// <summary>
/// The scrubber of an attempt: made at the claim and kept with the execution. For an attempt that was claimed through another node, or in an
/// earlier life of this one, it is made again from the credentials of the run's workflow.
/// </summary>
internal sealed class RunScrubbers(Executions executions, IEntities entities, WorkflowCache workflows, CredentialBodies credentials)
{
    public async ValueTask<Scrubber> ForAsync(Guid runId, Execution execution)
    {
        if (execution.Scrubber is { } known)
        {
            return known;
        }

        var scrubber = await MakeAsync(runId).ConfigureAwait(false);
        executions.SetScrubber(runId, execution, scrubber);
        return scrubber;
    }

    private async Task<Scrubber> MakeAsync(Guid runId)
    {
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.Run, runId), new RunCommand.Look(), CancellationToken.None).ConfigureAwait(false);
        if (outcome is not Outcome.Replied { Reply: RunReply.Present { State.Plan: { } plan } }
            || await workflows.GetAsync(plan.WorkflowId, plan.WorkflowVersion, CancellationToken.None).ConfigureAwait(false)
                is not { } workflow)
        {
            return Scrubber.All;
        }

        try
        {
            var bodies = await credentials.OpenAsync(workflow, SecretUse.Of(runId, plan), CancellationToken.None).ConfigureAwait(false);
            return Scrubber.For(bodies.Values);
        }
        catch (PreparationException)
        {
            return Scrubber.All;
        }
    }
}
