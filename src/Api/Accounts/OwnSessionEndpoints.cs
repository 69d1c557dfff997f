using Actors.Users;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts;

/// <summary>Where a user is signed in.</summary>
internal static class OwnSessionEndpoints
{
    private const string All = "/v1/users/me/sessions";

    public static void MapOwnSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, ListAsync).WithTags("Accounts").WithName("listOwnSessions").WithSummary("List one's own sessions: 50 at most");
        routes.MapDelete(All + "/{sessionId:guid}", EndAsync).WithTags("Accounts").WithName("endOwnSession")
            .WithSummary("End one of one's own sessions").WithCommandProblems()
            .WithRefusals(RefusalKind.NotFound, UserRefusals.SessionNotFoundCode);
        routes.MapPost(All + ":end-all", EndAllAsync).WithTags("Accounts").WithName("endOwnSessions")
            .WithSummary("End all of one's own sessions, this one included").WithCommandProblems();
    }

    private static async Task<Ok<Page<SessionView>>> ListAsync(HttpContext context, AccountQueries accounts, TimeProvider time)
    {
        var caller = context.Caller();
        var rows = await accounts.SessionsAsync(caller.UserId, time.GetUtcNow(), context.RequestAborted);
        return TypedResults.Ok(new Page<SessionView>([.. rows.Select(row => SessionView.Of(row, caller.TokenId))], null));
    }

    private static async Task<Results<NoContent, Problem>> EndAsync(Guid sessionId, HttpContext context, Users users)
    {
        var outcome = await users.AskAsync(context.Caller().UserId, new UserCommand.EndSession(sessionId), context.RequestAborted);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }

    private static async Task<Results<NoContent, Problem>> EndAllAsync(HttpContext context, Users users)
    {
        var outcome = await users.AskAsync(context.Caller().UserId, new UserCommand.EndAllSessions(null), context.RequestAborted);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }
}
