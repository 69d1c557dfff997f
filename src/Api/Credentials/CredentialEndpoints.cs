using System.Text.Json;
using Actors.Vaults;
using Api.Credentials.Keychains;
using Api.Credentials.Transfers;
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
            .WithSummary("Create a credential; its body is write-only").WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.DataErased)
            .WithRefusals(
                RefusalKind.Conflict, VaultRefusals.NameTakenCode, VaultRefusals.ExternalIdTakenCode, VaultRefusals.TooManyCredentialsCode)
            .WithRefusals(RefusalKind.Invalid, VaultRefusals.InvalidCode);
        routes.MapGet("/v1/credentials", ListAsync).WithTags("Credentials").WithName("listCredentials")
            .WithSummary("List your credentials by name").WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet("/v1/projects/{projectId:guid}/credentials", ListOfProjectAsync).WithTags("Credentials")
            .WithName("listProjectCredentials").WithSummary("List the credentials that a project's runs may use")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet(One, GetAsync).WithTags("Credentials").WithName("getCredential")
            .WithSummary("Show a credential of yours without its body").WithProblems(ProblemKinds.NotFound);
        routes.MapPut(One, ReplaceAsync).WithTags("Credentials").WithName("replaceCredential")
            .WithSummary("Replace a credential; without a body the present one stays").WithProblems(ProblemKinds.NotFound)
            .WithIfMatch(required: false).WithBodyProblems().WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, VaultRefusals.NameTakenCode, VaultRefusals.ExternalIdTakenCode, VaultRefusals.DeletedCode)
            .WithRefusals(RefusalKind.Invalid, VaultRefusals.InvalidCode);
        routes.MapCredentialLives();
        routes.MapCredentialTransfers();
        routes.MapKeychains();
        routes.MapPut(Grants, GrantAsync).WithTags("Credentials").WithName("grantCredential")
            .WithSummary("Let a project's runs use a credential").WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, VaultRefusals.TooManyProjectsCode, VaultRefusals.DeletedCode);
        routes.MapDelete(Grants, WithdrawAsync).WithTags("Credentials").WithName("withdrawCredential")
            .WithSummary("Take a credential of yours from a project").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode);
        routes.MapDelete("/v1/projects/{projectId:guid}/credentials/{credentialId:guid}", DetachAsync).WithTags("Credentials")
            .WithName("detachCredential").WithSummary("Take anybody's credential from a project").WithCommandProblems()
            .WithProblems(ProblemKinds.NotFound);
    }

    private static async Task<Results<Created<CredentialView>, Problem>> CreateAsync(
        CredentialDocument body, HttpContext context, IEntities entities, CredentialDrafts drafts, CredentialQueries credentials)
    {
        if (!TryKind(body.Kind ?? Words.Of(CredentialKind.Raw), out var kind)) return UnknownKind();
        var id = entities.NewLocalId();
        var vault = CredentialVaults.Of(context.Caller().UserId);
        var schema = SchemaOf(kind, body);
        var (draft, problem) = await drafts.SealAsync(new BodyPlace(vault.Id, id, null), kind, schema, body.Body, context.RequestAborted);
        if (draft is null) return problem!;
        var command = new VaultCommand.Create(id, body.Name ?? "", schema, draft.KeyNames, draft.Body)
        {
            Kind = kind,
            Fingerprint = draft.Fingerprint,
            ExternalId = body.ExternalId,
            ExpiresAt = CredentialDrafts.ExpiryOf(kind, body.Body),
        };
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
        return TypedResults.Ok(OwnPage(page, await credentials.PageAsync(context.Caller().UserId, after, page.Rows, context.RequestAborted)));
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
        CredentialDrafts drafts,
        CredentialQueries credentials)
    {
        if (IfMatch.Read(context, required: false, out var expected) is { } refused) return refused;
        if (await OwnAsync(credentialId, context, credentials) is not { } present) return Problem.Of(ProblemKinds.NotFound);
        var kind = Words.Parse<CredentialKind>(present.Kind);
        if (body.Kind is { } given && given != present.Kind) return Problem.Of(ProblemKinds.Invalid, "kind", "stays as it is");

        var vault = CredentialVaults.Of(context.Caller().UserId);
        var schema = SchemaOf(kind, body);
        var (draft, problem) = body.Body.ValueKind == JsonValueKind.Undefined
            ? (null, null)
            : await drafts.SealAsync(new BodyPlace(vault.Id, credentialId, null), kind, schema, body.Body, context.RequestAborted);
        if (problem is not null) return problem;
        var command = new VaultCommand.Update(
            credentialId, expected is { } version ? (int)Math.Min(version, int.MaxValue) : null, body.Name ?? "", schema, draft?.KeyNames, draft?.Body)
        {
            Fingerprint = draft?.Fingerprint,
            ExternalId = body.ExternalId,
            ExpiresAt = draft is null ? null : CredentialDrafts.ExpiryOf(kind, body.Body),
        };
        var outcome = await entities.AskAsync(vault, command, context.RequestAborted);
        return outcome is Outcome.Replied ? await GetAsync(credentialId, context, credentials) : Problem.Of(outcome);
    }

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
        await vaults.ReadAsync(credentialId, cancellationToken) is { } vault
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
        if (await OwnAsync(id, context, credentials) is not { } row) return null;
        IfMatch.WriteETag(context, row.Version);
        return CredentialView.Own(row, await credentials.ProjectsOfAsync(id, context.RequestAborted));
    }

    private static Page<CredentialView> OwnPage(PageRequest page, List<CredentialRow> rows) =>
        page.Of(rows, static row => CredentialView.Own(row, null), static row => new NameCursor(row.Name, row.Id));

    private static Page<CredentialView> PageOf(PageRequest page, List<CredentialRow> rows) =>
        page.Of(rows, static row => CredentialView.Of(row, null), static row => new NameCursor(row.Name, row.Id));

    private static async Task<CredentialRow?> OwnAsync(Guid id, HttpContext context, CredentialQueries credentials) =>
        await credentials.FindAsync(id, context.RequestAborted) is { } row && row.VaultId == context.Caller().UserId ? row : null;

    private static bool TryKind(string word, out CredentialKind kind)
    {
        kind = Words.Known<CredentialKind>(word) ? Words.Parse<CredentialKind>(word) : default;
        return Words.Known<CredentialKind>(word);
    }

    private static Problem UnknownKind() => Problem.Of(ProblemKinds.Invalid, "kind", $"is one of {Words.All<CredentialKind>()}");

    /// <summary>Only raw bodies have a schema from elsewhere; what others are is their kind.</summary>
    private static string SchemaOf(CredentialKind kind, CredentialDocument body) =>
        kind == CredentialKind.Raw || body.Schema is not null ? body.Schema ?? "" : Words.Of(kind);
}
