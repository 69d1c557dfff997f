using Actors.Accounts;
using Actors.Users;
using Api.Accounts.Links;
using Api.Documentation;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts;

/// <summary>How super users help users who cannot sign in any more.</summary>
internal static class UserSignInEndpoints
{
    private const string One = "/v1/users/{userId:guid}";

    public static void MapUserSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(One + ":reset", ResetAsync).WithTags("Users").WithName("resetUserPassword")
            .WithSummary("Make a link by which a user sets another password, good for a day; an earlier link is over")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound);
        routes.MapPost(One + ":reset-mfa", ResetMfaAsync).WithTags("Users").WithName("resetUserMfa")
            .WithSummary("Remove the second factor of a user who lost it; all their sessions end")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound);
        routes.MapPost(One + ":unlock", UnlockAsync).WithTags("Users").WithName("unlockUser")
            .WithSummary("Let a user in again whose account nobody had used for long")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, AccountsRefusals.NotFoundCode);
    }

    private static async Task<Results<Ok<LinkView>, Problem>> ResetAsync(
        Guid userId, AccountQueries accounts, PasswordLinks links, HttpContext context)
    {
        if (await accounts.FindAsync(userId, context.RequestAborted) is null) return Problem.Of(ProblemKinds.NotFound);
        var (link, problem) = await links.OfferAsync(userId, LinkPurpose.Reset, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return link is null ? problem! : TypedResults.Ok(link);
    }

    private static async Task<Results<NoContent, Problem>> ResetMfaAsync(
        Guid userId, AccountQueries accounts, Users users, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(userId, cancellationToken) is null) return Problem.Of(ProblemKinds.NotFound);
        var outcome = await users.AskAsync(userId, new UserCommand.RemoveMfa(null, null), cancellationToken);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }

    private static async Task<Results<Ok<UserView>, Problem>> UnlockAsync(Guid userId, Users users, CancellationToken cancellationToken)
    {
        var outcome = await users.AskRegisterAsync(new AccountsCommand.Unlock(userId), cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        return await users.FindAsync(userId, cancellationToken) is { } view ? TypedResults.Ok(view) : Problem.Of(ProblemKinds.NotFound);
    }
}
