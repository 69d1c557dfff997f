using Actors;
using Actors.Projects;
using Actors.Workflows;
using Api.Access;
using Api.Hosting;
using Api.Nodes;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;

namespace Api.Workflows;

/// <summary>Saves a workflow with what its project must know of the world to decide.</summary>
internal sealed class WorkflowSaving(
    IEntities entities,
    WorkflowQueries workflows,
    CredentialQueries credentials,
    DefinitionChanges changes,
    NodeSettings settings)
{
    /// <param name="access">Whose change it is.</param>
    public async Task<Problem?> SaveAsync(
        Guid projectId,
        Guid id,
        WorkflowDocument document,
        Workflow? present,
        int? expectedVersion,
        RequestAccess access,
        CancellationToken cancellationToken)
    {
        var (workflow, faults) = WorkflowReading.Read(document, id, present, entities.NewLocalId);
        if (workflow is null) return Problem.Of(faults);
        if (WorkflowChange.TouchesAuthMethods(present, workflow) && access.Refuses(Permission.ManageWebhookAuth) is { } refused)
            return Problem.Of(refused, "Others change what the webhook asks its callers for: leave trigger.authMethods as they are.");

        // A project decides on its own ids alone; these must be unique in the whole store.
        if (await workflows.IsForeignAsync(projectId, id, workflow.Trigger?.Id, cancellationToken))
            return Problem.Of(ProblemKinds.IdTaken);

        var facts = new WorkflowFacts([.. await credentials.GrantedToAsync(projectId, cancellationToken)], settings.Limits.Adaptors);
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.Project, projectId),
            new ProjectCommand.SaveWorkflow(workflow, expectedVersion, facts),
            cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);

        // The caller may use the webhook, on any node, as soon as it has the answer.
        await changes.AnnounceAsync(new DefinitionChange(projectId, id));
        return null;
    }

    public async Task<Problem?> DeleteAsync(
        Guid projectId, Guid id, int? expectedVersion, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.Project, projectId),
            new ProjectCommand.DeleteWorkflow(id, expectedVersion),
            cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await changes.AnnounceAsync(new DefinitionChange(projectId, id));
        return null;
    }
}
