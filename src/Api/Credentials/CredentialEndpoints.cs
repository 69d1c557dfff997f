using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actors.Vaults;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Credentials;

internal static class CredentialEndpoints
{
    private const string One = "/v1/credentials/{credentialId:guid}";
    private const string Grants = One + "/projects/{projectId:guid}";

    public static void MapCredentials(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/credentials", CreateAsync).WithTags("Credentials").WithName("createCredential")
            .WithSummary("Create a credential; its body is write-only").WithBodyProblems().WithCommandProblems()
            .WithRefusals(RefusalKind.Conflict, VaultRefusals.NameTakenCode, VaultRefusals.TooManyCredentialsCode)
            .WithRefusals(RefusalKind.Invalid, VaultRefusals.InvalidCode);
        routes.MapGet("/v1/credentials", ListAsync).WithTags("Credentials").WithName("listCredentials")
            .WithSummary("List your credentials by name").WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet("/v1/projects/{projectId:guid}/credentials", ListOfProjectAsync).WithTags("Credentials")
            .WithName("listProjectCredentials").WithSummary("List the credentials that a project's runs may use")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet(One, GetAsync).WithTags("Credentials").WithName("getCredential")
            .WithSummary("Show a credential of yours without its body").WithProblems(ProblemKinds.NotFound);
        routes.MapPut(One, ReplaceAsync).WithTags("Credentials").WithName("replaceCredential")
            .WithSummary("Replace a credential; without a body the present one stays")
            .WithIfMatch(required: false).WithBodyProblems().WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, VaultRefusals.NameTakenCode)
            .WithRefusals(RefusalKind.Invalid, VaultRefusals.InvalidCode);
        routes.MapDelete(One, DeleteAsync).WithTags("Credentials").WithName("deleteCredential")
            .WithSummary("Delete a credential").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode);
        routes.MapPut(Grants, GrantAsync).WithTags("Credentials").WithName("grantCredential")
            .WithSummary("Let a project's runs use a credential").WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, VaultRefusals.TooManyProjectsCode);
        routes.MapDelete(Grants, WithdrawAsync).WithTags("Credentials").WithName("withdrawCredential")
            .WithSummary("Take a credential of yours from a project").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode);
        routes.MapDelete("/v1/projects/{projectId:guid}/credentials/{credentialId:guid}", DetachAsync).WithTags("Credentials")
            .WithName("detachCredential").WithSummary("Take anybody's credential from a project").WithCommandProblems()
            .WithProblems(ProblemKinds.NotFound);
    }

    private static async Task<Results<Created<CredentialView>, Problem>> CreateAsync(
        CredentialDocument body, HttpContext context, IEntities entities, Sealing sealing, CredentialQueries credentials)
    {
        if (body.Body.ValueKind != JsonValueKind.Object) return Problem.Of(ProblemKinds.Invalid, "body", "is a JSON object");
        var id = entities.NewLocalId();
        var vault = CredentialVaults.Of(context.Caller().UserId);
        var command = new VaultCommand.Create(
            id, body.Name ?? "", body.Schema ?? "", KeyNames(body.Body), await SealAsync(sealing, vault, id, body.Body, context.RequestAborted));
        var outcome = await entities.AskAsync(vault, command, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        return await ViewAsync(id, context, credentials) is { } view
            ? TypedResults.Created($"/v1/credentials/{id}", view)
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<Page<CredentialView>>, Problem>> ListAsync(
        [AsParameters] PageRequest page, HttpContext context, CredentialQueries credentials)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        return TypedResults.Ok(PageOf(page, await credentials.PageAsync(context.Caller().UserId, after, page.Rows, context.RequestAborted)));
    }

    private static async Task<Results<Ok<Page<CredentialView>>, Problem>> ListOfProjectAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        ProjectQueries projects,
        CredentialQueries credentials,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        return TypedResults.Ok(PageOf(page, await credentials.PageOfProjectAsync(projectId, after, page.Rows, cancellationToken)));
    }

    private static async Task<Results<Ok<CredentialView>, Problem>> GetAsync(
        Guid credentialId, HttpContext context, CredentialQueries credentials) =>
        await ViewAsync(credentialId, context, credentials) is { } view
            ? TypedResults.Ok(view)
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<CredentialView>, Problem>> ReplaceAsync(
        Guid credentialId,
        CredentialDocument body,
        HttpContext context,
        IEntities entities,
        Sealing sealing,
        CredentialQueries credentials)
    {
        if (IfMatch.Read(context, required: false, out var expected) is { } refused) return refused;
        var given = body.Body.ValueKind;
        if (given is not (JsonValueKind.Object or JsonValueKind.Undefined)) return Problem.Of(ProblemKinds.Invalid, "body", "is a JSON object");

        var vault = CredentialVaults.Of(context.Caller().UserId);
        var hasBody = given == JsonValueKind.Object;
        var command = new VaultCommand.Update(
            credentialId,
            expected is { } version ? (int)Math.Min(version, int.MaxValue) : null,
            body.Name ?? "",
            body.Schema ?? "",
            hasBody ? KeyNames(body.Body) : null,
            hasBody ? await SealAsync(sealing, vault, credentialId, body.Body, context.RequestAborted) : null);
        var outcome = await entities.AskAsync(vault, command, context.RequestAborted);
        return outcome is Outcome.Replied ? await GetAsync(credentialId, context, credentials) : Problem.Of(outcome);
    }

    private static Task<Results<NoContent, Problem>> DeleteAsync(
        Guid credentialId, HttpContext context, IEntities entities) =>
        TellVaultAsync(entities, CredentialVaults.Of(context.Caller().UserId), new VaultCommand.Delete(credentialId), context.RequestAborted);

    private static async Task<Results<NoContent, Problem>> GrantAsync(
        Guid credentialId, Guid projectId, HttpContext context, IEntities entities, ProjectQueries projects) =>
        await projects.ExistsAsync(projectId, context.RequestAborted)
            ? await TellVaultAsync(
                entities, CredentialVaults.Of(context.Caller().UserId), new VaultCommand.Grant(credentialId, projectId), context.RequestAborted)
            : Problem.Of(ProblemKinds.NotFound);

    private static Task<Results<NoContent, Problem>> WithdrawAsync(
        Guid credentialId, Guid projectId, HttpContext context, IEntities entities) =>
        TellVaultAsync(
            entities, CredentialVaults.Of(context.Caller().UserId), new VaultCommand.Withdraw(credentialId, projectId), context.RequestAborted);

    private static async Task<Results<NoContent, Problem>> DetachAsync(
        Guid projectId, Guid credentialId, IEntities entities, CredentialVaults vaults, CancellationToken cancellationToken) =>
        await vaults.FindAsync(credentialId, cancellationToken) is { } vault
            ? await TellVaultAsync(entities, vault, new VaultCommand.Withdraw(credentialId, projectId), cancellationToken)
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<NoContent, Problem>> TellVaultAsync(
        IEntities entities, EntityRef vault, VaultCommand command, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(vault, command, cancellationToken);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }

    private static async Task<CredentialView?> ViewAsync(Guid id, HttpContext context, CredentialQueries credentials)
    {
        if (await credentials.FindAsync(id, context.RequestAborted) is not { } row || row.VaultId != context.Caller().UserId) return null;
        IfMatch.WriteETag(context, row.Version);
        return CredentialView.Of(row, await credentials.ProjectsOfAsync(id, context.RequestAborted));
    }

    private static Page<CredentialView> PageOf(PageRequest page, List<CredentialRow> rows) =>
        page.Of(rows, static row => CredentialView.Of(row, null), static row => new NameCursor(row.Name, row.Id));

    private static ImmutableArray<string> KeyNames(JsonElement body) =>
        [.. body.EnumerateObject().Select(static property => property.Name).Order(StringComparer.Ordinal)];

    private static async ValueTask<SealedBody> SealAsync(
        Sealing sealing, EntityRef vault, Guid credentialId, JsonElement body, CancellationToken cancellationToken)
    {
        var plaintext = Encoding.UTF8.GetBytes(body.GetRawText());
        try
        {
            return await sealing.SealAsync(vault.Id, vault.Id, credentialId, plaintext, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}
