using Actors;
using Actors.Projects;
using Api.Documentation;
using Api.Json;
using Api.Nodes;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Webhooks;

internal static class AuthMethodEndpoints
{
    private const string Base = "/v1/projects/{projectId:guid}/webhook-auth-methods";
    private const string One = Base + "/{methodId:guid}";

    public static void MapAuthMethods(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Base, CreateAsync).WithTags("Webhook auth methods").WithName("createWebhookAuthMethod")
            .WithSummary("Create a way for callers of webhooks to prove who they are")
            .WithDescription("Secrets are write-only. An API key that is left out is made, and shown in this answer only.")
            .WithBodyProblems().WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, ProjectRefusals.AuthMethodNameTakenCode, ProjectRefusals.TooManyAuthMethodsCode)
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.AuthMethodInvalidCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
        routes.MapGet(Base, ListAsync).WithTags("Webhook auth methods").WithName("listWebhookAuthMethods")
            .WithSummary("List a project's webhook auth methods by name")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet(One, GetAsync).WithTags("Webhook auth methods").WithName("getWebhookAuthMethod")
            .WithSummary("Show a webhook auth method without its secret").WithProblems(ProblemKinds.NotFound);
        routes.MapPut(One, ReplaceAsync).WithTags("Webhook auth methods").WithName("replaceWebhookAuthMethod")
            .WithSummary("Replace a webhook auth method; without a secret the present one stays")
            .WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.AuthMethodNotFoundCode)
            .WithRefusals(RefusalKind.Conflict, ProjectRefusals.AuthMethodNameTakenCode)
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.AuthMethodInvalidCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
        routes.MapDelete(One, DeleteAsync).WithTags("Webhook auth methods").WithName("deleteWebhookAuthMethod")
            .WithSummary("Delete a webhook auth method that no trigger asks for").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode, ProjectRefusals.AuthMethodNotFoundCode)
            .WithRefusals(RefusalKind.Conflict, ProjectRefusals.AuthMethodInUseCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
    }

    private static async Task<Results<Created<AuthMethodView>, Problem>> CreateAsync(
        Guid projectId,
        NewAuthMethod body,
        IEntities entities,
        AuthMethodSecrets secrets,
        AuthMethodQueries methods,
        DefinitionChanges changes,
        CancellationToken cancellationToken)
    {
        if (body.Type is not { } type) return Problem.Of(ProblemKinds.Invalid, "type", "is api or basic");
        var made = type == AuthMethodType.Api && body.ApiKey is null ? AuthMethodSecrets.NewKey() : null;
        if (AuthMethodSecrets.Check(type, body.Password, body.ApiKey) is { } wrong) return wrong;

        var id = entities.NewLocalId();
        var hash = secrets.Hash(id, type, body.Username, body.Password, body.ApiKey ?? made);
        var command = new ProjectCommand.SaveAuthMethod(id, body.Name ?? "", type, body.Username, hash, IsNew: true);
        if (await TellAsync(projectId, command, entities, changes, cancellationToken) is { } problem) return problem;
        return await methods.FindAsync(projectId, id, cancellationToken) is { } row
            ? TypedResults.Created($"/v1/projects/{projectId}/webhook-auth-methods/{id}", AuthMethodView.Of(row) with { ApiKey = made })
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<Page<AuthMethodView>>, Problem>> ListAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        ProjectQueries projects,
        AuthMethodQueries methods,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        var rows = await methods.PageAsync(projectId, after, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, AuthMethodView.Of, static row => new NameCursor(row.Name, row.Id)));
    }

    private static async Task<Results<Ok<AuthMethodView>, Problem>> GetAsync(
        Guid projectId, Guid methodId, AuthMethodQueries methods, CancellationToken cancellationToken) =>
        await methods.FindAsync(projectId, methodId, cancellationToken) is { } row
            ? TypedResults.Ok(AuthMethodView.Of(row))
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<AuthMethodView>, Problem>> ReplaceAsync(
        Guid projectId,
        Guid methodId,
        AuthMethodChange body,
        IEntities entities,
        AuthMethodSecrets secrets,
        AuthMethodQueries methods,
        DefinitionChanges changes,
        CancellationToken cancellationToken)
    {
        if (await methods.FindAsync(projectId, methodId, cancellationToken) is not { } present) return Problem.Of(ProblemKinds.NotFound);
        var type = Words.Parse<AuthMethodType>(present.Type);
        if (AuthMethodSecrets.Check(type, body.Password, body.ApiKey) is { } wrong) return wrong;

        var hash = secrets.Hash(methodId, type, body.Username, body.Password, body.ApiKey);
        var command = new ProjectCommand.SaveAuthMethod(methodId, body.Name ?? "", type, body.Username, hash, IsNew: false);
        return await TellAsync(projectId, command, entities, changes, cancellationToken) is { } problem
            ? problem
            : await GetAsync(projectId, methodId, methods, cancellationToken);
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        Guid projectId, Guid methodId, IEntities entities, DefinitionChanges changes, CancellationToken cancellationToken) =>
        await TellAsync(projectId, new ProjectCommand.DeleteAuthMethod(methodId), entities, changes, cancellationToken) is { } problem
            ? problem
            : TypedResults.NoContent();

    /// <summary>When this ends every node that answers checks callers by what was changed.</summary>
    private static async Task<Problem?> TellAsync(
        Guid projectId, ProjectCommand command, IEntities entities, DefinitionChanges changes, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await changes.AnnounceAsync(new DefinitionChange(projectId, null));
        return null;
    }
}
