using Actors;
using Actors.Projects;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Credentials.Keychains;

/// <summary>Keychain credentials of a project (S0-25).</summary>
internal static class KeychainEndpoints
{
    private const string Base = "/v1/projects/{projectId:guid}/keychain-credentials";
    private const string One = Base + "/{keychainId:guid}";

    public static void MapKeychains(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Base, CreateAsync).WithTags("Credentials").WithName("createKeychainCredential")
            .WithSummary("Create a keychain: the input of a run selects the credential").WithBodyProblems().WithKeychainProblems()
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, KeychainRefusals.NameTakenCode, KeychainRefusals.TooManyCode)
            .WithRefusals(RefusalKind.Invalid, KeychainRefusals.InvalidCode);
        routes.MapGet(Base, ListAsync).WithTags("Credentials").WithName("listKeychainCredentials")
            .WithSummary("List a project's keychain credentials by name")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet(One, GetAsync).WithTags("Credentials").WithName("getKeychainCredential")
            .WithSummary("Show a keychain credential").WithProblems(ProblemKinds.NotFound);
        routes.MapPut(One, ReplaceAsync).WithTags("Credentials").WithName("replaceKeychainCredential")
            .WithSummary("Replace a keychain credential, for runs that are claimed from then on").WithBodyProblems().WithKeychainProblems()
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode, KeychainRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, KeychainRefusals.NameTakenCode)
            .WithRefusals(RefusalKind.Invalid, KeychainRefusals.InvalidCode);
        routes.MapDelete(One, DeleteAsync).WithTags("Credentials").WithName("deleteKeychainCredential")
            .WithSummary("Delete a keychain credential that no job names").WithKeychainProblems()
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode, KeychainRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, KeychainRefusals.InUseCode);
    }

    private static TBuilder WithKeychainProblems<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode, ProjectRefusals.LeavingCode);

    private static async Task<Results<Created<KeychainView>, Problem>> CreateAsync(
        Guid projectId, KeychainDocument body, IEntities entities, KeychainQueries keychains, CredentialQueries credentials,
        CancellationToken cancellationToken)
    {
        var id = entities.NewLocalId();
        if (await SaveAsync(projectId, id, body, true, entities, credentials, cancellationToken) is { } problem) return problem;
        return await keychains.FindAsync(projectId, id, cancellationToken) is { } row
            ? TypedResults.Created($"/v1/projects/{projectId}/keychain-credentials/{id}", KeychainView.Of(row))
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<Page<KeychainView>>, Problem>> ListAsync(
        Guid projectId, [AsParameters] PageRequest page, ProjectQueries projects, KeychainQueries keychains, CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        var rows = await keychains.PageAsync(projectId, after, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, KeychainView.Of, static row => new NameCursor(row.Name, row.Id)));
    }

    private static async Task<Results<Ok<KeychainView>, Problem>> GetAsync(
        Guid projectId, Guid keychainId, KeychainQueries keychains, CancellationToken cancellationToken) =>
        await keychains.FindAsync(projectId, keychainId, cancellationToken) is { } row
            ? TypedResults.Ok(KeychainView.Of(row))
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<KeychainView>, Problem>> ReplaceAsync(
        Guid projectId, Guid keychainId, KeychainDocument body, IEntities entities, KeychainQueries keychains, CredentialQueries credentials,
        CancellationToken cancellationToken) =>
        await SaveAsync(projectId, keychainId, body, false, entities, credentials, cancellationToken) is { } problem
            ? problem
            : await GetAsync(projectId, keychainId, keychains, cancellationToken);

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        Guid projectId, Guid keychainId, IEntities entities, CancellationToken cancellationToken) =>
        await TellAsync(projectId, new ProjectCommand.DeleteKeychain(keychainId), entities, cancellationToken) is { } problem
            ? problem
            : TypedResults.NoContent();

    private static async Task<Problem?> SaveAsync(
        Guid projectId, Guid id, KeychainDocument body, bool isNew, IEntities entities, CredentialQueries credentials, CancellationToken cancellationToken)
    {
        var isGranted = body.DefaultCredentialId is { } given && (await credentials.GrantedToAsync(projectId, cancellationToken)).Contains(given);
        var save = new ProjectCommand.SaveKeychain(id, body.Name ?? "", body.Path ?? "", body.DefaultCredentialId, isGranted, isNew);
        return await TellAsync(projectId, save, entities, cancellationToken);
    }

    private static async Task<Problem?> TellAsync(Guid projectId, ProjectCommand command, IEntities entities, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, cancellationToken);
        return outcome is Outcome.Replied ? null : Problem.Of(outcome);
    }
}
