using Actors.Vaults;
using Api.Accounts;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.Projects;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Credentials.Transfers;

/// <summary>A credential gets another owner, by consent of both (S0-20).</summary>
internal static class TransferEndpoints
{
    private const string Own = "/v1/credentials/{credentialId:guid}/transfer";
    private const string Offered = "/v1/credential-transfers";
    private const string One = Offered + "/{credentialId:guid}";

    public static void MapCredentialTransfers(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Own, OfferAsync).WithTags("Credentials").WithName("offerCredential")
            .WithSummary("Offer a credential of yours to another user, for seven days")
            .WithDescription("By userId, or by email: the answer does not tell whether anybody has that address.")
            .WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode).WithRefusals(RefusalKind.Invalid, VaultRefusals.InvalidCode)
            .WithRefusals(RefusalKind.Conflict, VaultRefusals.TransferOfferedCode, VaultRefusals.DeletedCode, VaultRefusals.TransferringCode);
        routes.MapGet(Own, GetAsync).WithTags("Credentials").WithName("getCredentialTransfer")
            .WithSummary("Show to whom you offer a credential").WithProblems(ProblemKinds.NotFound);
        routes.MapDelete(Own, WithdrawAsync).WithTags("Credentials").WithName("withdrawCredentialOffer")
            .WithSummary("Take the offer of a credential back").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode).WithRefusals(RefusalKind.Conflict, VaultRefusals.TransferringCode);
        routes.MapGet(Offered, ListAsync).WithTags("Credentials").WithName("listCredentialTransfers")
            .WithSummary("List the credentials that are offered to you, oldest first").WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapPost(One + ":accept", AcceptAsync).WithTags("Credentials").WithName("acceptCredential")
            .WithSummary("Become the owner of a credential that is offered to you")
            .WithDescription("It keeps its id and all its bodies. Grants stay in projects where you may attach credentials; the answer names the others.")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound).WithSealedProblems()
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode)
            .WithRefusals(
                RefusalKind.Conflict, VaultRefusals.NameTakenCode, VaultRefusals.ExternalIdTakenCode, VaultRefusals.TooManyCredentialsCode,
                VaultRefusals.DeletedCode, VaultRefusals.RenewingCode, VaultRefusals.TransferringCode);
        routes.MapPost(One + ":decline", DeclineAsync).WithTags("Credentials").WithName("declineCredential")
            .WithSummary("Decline a credential that is offered to you").WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode).WithRefusals(RefusalKind.Conflict, VaultRefusals.TransferringCode);
    }

    private static async Task<Results<Ok<TransferView>, Problem>> OfferAsync(
        Guid credentialId, NewTransfer body, HttpContext context, IEntities entities, ProjectPeople people, TransferQueries transfers)
    {
        var me = context.Caller().UserId;
        if (body.UserId is null == body.Email is null) return Problem.Of(ProblemKinds.Invalid, "userId", "or email says to whom it is offered, one of them");
        if (body.Email is not null && Users.CheckEmail(body.Email) is { } wrong) return wrong;
        var key = body.Email is { } email ? people.EmailKey(email) : null;
        if (body.UserId == me || (key is not null && key == await people.EmailKeyOfAsync(me, context.RequestAborted)))
            return Problem.Of(ProblemKinds.Invalid, body.UserId is null ? "email" : "userId", "is of another user");

        var offer = new VaultCommand.OfferTransfer(credentialId, body.UserId, key);
        var outcome = await entities.AskAsync(CredentialVaults.Of(me), offer, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        return await transfers.FindOfferAsync(credentialId, context.RequestAborted) is { } row
            ? TypedResults.Ok(TransferView.Of(row))
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<TransferView>, Problem>> GetAsync(
        Guid credentialId, HttpContext context, TransferQueries transfers, TimeProvider time) =>
        await transfers.FindOfferAsync(credentialId, context.RequestAborted) is { } row
            && row.FromId == context.Caller().UserId && row.ExpiresAt > time.GetUtcNow()
                ? TypedResults.Ok(TransferView.Of(row))
                : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<NoContent, Problem>> WithdrawAsync(Guid credentialId, HttpContext context, IEntities entities)
    {
        var end = new VaultCommand.EndTransfer(credentialId, null, null);
        return Answer(await entities.AskAsync(CredentialVaults.Of(context.Caller().UserId), end, context.RequestAborted));
    }

    private static async Task<Results<Ok<Page<TransferOfferView>>, Problem>> ListAsync(
        [AsParameters] PageRequest page, HttpContext context, TransferQueries transfers, ProjectPeople people, TimeProvider time)
    {
        if (page.Check() is { } problem) return problem;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        var me = context.Caller().UserId;
        var key = await people.CheckedKeyOfAsync(me, context.RequestAborted);
        var rows = await transfers.PageAsync(me, key, time.GetUtcNow(), after, page.Rows, context.RequestAborted);
        return TypedResults.Ok(page.Of(rows, TransferOfferView.Of, static row => new TimeCursor(row.OfferedAt, row.CredentialId)));
    }

    private static async Task<Results<Ok<CompletedTransfer>, Problem>> AcceptAsync(
        Guid credentialId, HttpContext context, ProjectPeople people, Transfers transfers)
    {
        var caller = context.Caller();
        var key = await people.CheckedKeyOfAsync(caller.UserId, context.RequestAborted);
        var (done, problem) = await transfers.AcceptAsync(credentialId, caller, key, context.RequestAborted);
        return done is not null ? TypedResults.Ok(done) : problem!;
    }

    private static async Task<Results<NoContent, Problem>> DeclineAsync(
        Guid credentialId, HttpContext context, IEntities entities, ProjectPeople people, TransferQueries transfers)
    {
        var me = context.Caller().UserId;
        if (await transfers.FindOfferAsync(credentialId, context.RequestAborted) is not { } offer) return Problem.Of(ProblemKinds.NotFound);
        var end = new VaultCommand.EndTransfer(credentialId, me, await people.CheckedKeyOfAsync(me, context.RequestAborted));
        return Answer(await entities.AskAsync(CredentialVaults.Of(offer.FromId), end, context.RequestAborted));
    }

    private static Results<NoContent, Problem> Answer(Outcome outcome) => outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
}
