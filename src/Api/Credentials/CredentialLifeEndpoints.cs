using Actors.Vaults;
using Api.Audit;
using Api.Credentials.OAuth;
using Api.Documentation;
using Api.Instance;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Credentials;

/// <summary>Bodies of environments, deletion and what undoes it.</summary>
internal static class CredentialLifeEndpoints
{
    private const string One = "/v1/credentials/{credentialId:guid}";
    private const string Environment = One + "/environments/{environment}";

    public static void MapCredentialLives(this IEndpointRouteBuilder routes)
    {
        routes.MapPut(Environment, SetBodyAsync).WithTags("Credentials").WithName("setCredentialBody")
            .WithSummary("Set the body that runs of an environment get").WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode).WithRefusals(RefusalKind.Conflict, VaultRefusals.DeletedCode)
            .WithRefusals(RefusalKind.Invalid, VaultRefusals.InvalidCode);
        routes.MapDelete(Environment, RemoveBodyAsync).WithTags("Credentials").WithName("removeCredentialBody")
            .WithSummary("Take an environment's body away").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode, VaultRefusals.EnvironmentNotFoundCode)
            .WithRefusals(RefusalKind.Conflict, VaultRefusals.DeletedCode);
        routes.MapDelete(One, DeleteAsync).WithTags("Credentials").WithName("deleteCredential")
            .WithSummary("Delete a credential: no run gets it from now on")
            .WithDescription("It can be restored for the instance's deletionGraceDays, and is destroyed then. With immediate=true it is destroyed at once (204).")
            .Produces<CredentialDeletion>(StatusCodes.Status202Accepted).Produces(StatusCodes.Status204NoContent)
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.BadParameter)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode);
        routes.MapCredentialAuthorization();
        routes.MapPost(One + ":restore", RestoreAsync).WithTags("Credentials").WithName("restoreCredential")
            .WithSummary("Undo the deletion of a credential").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode);
    }

    private static async Task<Results<NoContent, Problem>> SetBodyAsync(
        Guid credentialId, string environment, EnvironmentBodyDocument body, HttpContext context, IEntities entities, CredentialDrafts drafts,
        CredentialQueries credentials)
    {
        var owner = context.Caller().UserId;
        if (await credentials.FindAsync(credentialId, context.RequestAborted) is not { } row || row.VaultId != owner) return Problem.Of(ProblemKinds.NotFound);
        var (draft, problem) = await drafts.SealAsync(
            new BodyPlace(owner, credentialId, environment), Words.Parse<CredentialKind>(row.Kind), row.SchemaName, body.Body, context.RequestAborted);
        return draft is null
            ? problem!
            : await TellAsync(context, entities, new VaultCommand.SetBody(credentialId, environment, draft.KeyNames, draft.Body, draft.Fingerprint));
    }

    private static Task<Results<NoContent, Problem>> RemoveBodyAsync(Guid credentialId, string environment, HttpContext context, IEntities entities) =>
        TellAsync(context, entities, new VaultCommand.RemoveBody(credentialId, environment));

    private static async Task<IResult> DeleteAsync(
        Guid credentialId, HttpContext context, IEntities entities, InstancePolicy policy, CredentialQueries credentials,
        TokenRevocation revocation, TimeProvider time, bool immediate = false)
    {
        var owner = context.Caller().UserId;
        var grace = (await policy.SettingsAsync(context.RequestAborted)).DeletionGraceDays;
        VaultCommand command = immediate || grace == 0
            ? new VaultCommand.Delete(credentialId)
            : new VaultCommand.Remove(credentialId, time.GetUtcNow() + TimeSpan.FromDays(grace));
        var outcome = await entities.AskAsync(CredentialVaults.Of(owner), command, context.RequestAborted);
        if (outcome is not Outcome.Replied { Reply: var reply }) return Problem.Of(outcome);
        if (reply is VaultReply.Fetched { Credential: var before }) await revocation.RevokeAsync(owner, before, context.AuditActor(), CancellationToken.None);
        return command is VaultCommand.Remove && await credentials.FindAsync(credentialId, context.RequestAborted) is { PurgeAfter: { } purgeAfter }
            ? TypedResults.Json(new CredentialDeletion(credentialId, purgeAfter), ApiJson.Http.CredentialDeletion, statusCode: StatusCodes.Status202Accepted)
            : TypedResults.NoContent();
    }

    private static Task<Results<NoContent, Problem>> RestoreAsync(Guid credentialId, HttpContext context, IEntities entities) =>
        TellAsync(context, entities, new VaultCommand.Restore(credentialId));

    private static async Task<Results<NoContent, Problem>> TellAsync(HttpContext context, IEntities entities, VaultCommand command)
    {
        var outcome = await entities.AskAsync(CredentialVaults.Of(context.Caller().UserId), command, context.RequestAborted);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }
}
