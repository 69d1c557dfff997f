using Actors;
using Actors.Projects;
using Api.Documentation;
using Api.Nodes;
using Api.Problems;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Webhooks;

/// <summary>What a workflow's webhook asks its callers for (S1-03).</summary>
internal static class TriggerAuthEndpoints
{
    private const string One =
        "/v1/projects/{projectId:guid}/workflows/{workflowId:guid}/trigger/auth-methods/{methodId:guid}";

    public static void MapTriggerAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapPut(One, AskAsync).WithTags("Webhook auth methods").WithName("attachWebhookAuthMethod")
            .WithSummary("Ask callers of a workflow's webhook for this method, or another that it asks for")
            .WithDescription("Makes the workflow's next version.").WithTriggerProblems()
            .WithRefusals(RefusalKind.Conflict, ProjectRefusals.NoWebhookCode, ProjectRefusals.TooManyAuthMethodsCode);
        routes.MapDelete(One, DropAsync).WithTags("Webhook auth methods").WithName("detachWebhookAuthMethod")
            .WithSummary("Ask callers of a workflow's webhook no longer for this method")
            .WithDescription("Without any, everybody may call. Makes the workflow's next version.").WithTriggerProblems()
            .WithRefusals(RefusalKind.Conflict, ProjectRefusals.NoWebhookCode);
    }

    private static RouteHandlerBuilder WithTriggerProblems(this RouteHandlerBuilder route) =>
        route.WithCommandProblems()
            .WithRefusals(
                RefusalKind.NotFound, ProjectRefusals.NotFoundCode, ProjectRefusals.WorkflowNotFoundCode, ProjectRefusals.AuthMethodNotFoundCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);

    private static Task<Results<NoContent, Problem>> AskAsync(
        Guid projectId, Guid workflowId, Guid methodId, IEntities entities, DefinitionChanges changes, CancellationToken cancellationToken) =>
        TellAsync(projectId, new ProjectCommand.SetTriggerAuth(workflowId, methodId, true), entities, changes, cancellationToken);

    private static Task<Results<NoContent, Problem>> DropAsync(
        Guid projectId, Guid workflowId, Guid methodId, IEntities entities, DefinitionChanges changes, CancellationToken cancellationToken) =>
        TellAsync(projectId, new ProjectCommand.SetTriggerAuth(workflowId, methodId, false), entities, changes, cancellationToken);

    private static async Task<Results<NoContent, Problem>> TellAsync(
        Guid projectId,
        ProjectCommand.SetTriggerAuth command,
        IEntities entities,
        DefinitionChanges changes,
        CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await changes.AnnounceAsync(new DefinitionChange(projectId, command.WorkflowId));
        return TypedResults.NoContent();
    }
}
