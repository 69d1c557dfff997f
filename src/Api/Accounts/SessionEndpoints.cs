using Actors.Users;
using Api.Documentation;
using Api.Problems;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/sessions", SignInAsync).WithTags("Accounts").WithName("signIn").WithSmallBody()
            .WithSummary("Sign in with e-mail address and password")
            .WithDescription("Whatever is wrong, the answer is the same and takes the same time; only who has the right password hears that "
                + "a code is needed, or that the account is locked.")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.SignInFailed, ProblemKinds.MfaCodeNeeded, ProblemKinds.AccountLocked, ProblemKinds.TooManyAttempts);
        routes.MapPost("/v1/sessions:refresh", RefreshAsync).WithTags("Accounts").WithName("refreshSession").WithSmallBody()
            .WithSummary("Exchange a session's refresh token for new tokens")
            .WithDescription("The refresh token is good once. One that comes back ends the session: two have it then.")
            .WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.SessionEnded);
        routes.MapDelete("/v1/sessions/current", SignOutAsync).WithTags("Accounts").WithName("signOut")
            .WithSummary("End the session that asks").WithCommandProblems().WithProblems(ProblemKinds.SessionRequired);
    }

    private static async Task<Results<Created<SessionTokens>, Problem>> SignInAsync(
        SignInRequest body, HttpContext context, SignIn signIn)
    {
        if (body.Email is null) return Problem.Of(ProblemKinds.Invalid, "email", "must be given");
        if (body.Password is null) return Problem.Of(ProblemKinds.Invalid, "password", "must be given");
        var (tokens, problem) = await signIn.SignInAsync(body.Email, body.Password, body.Code, context);
        return Answer(context, tokens, problem);
    }

    private static async Task<Results<Created<SessionTokens>, Problem>> RefreshAsync(
        RefreshRequest body, HttpContext context, Sessions sessions)
    {
        var (tokens, problem) = await sessions.RefreshAsync(body.RefreshToken, context.RequestAborted);
        return Answer(context, tokens, problem);
    }

    private static async Task<Results<NoContent, Problem>> SignOutAsync(HttpContext context, Users users)
    {
        var caller = context.Caller();
        if (caller.Kind != CallerKind.Session) return Problem.Of(ProblemKinds.SessionRequired);
        var outcome = await users.AskAsync(caller.UserId, new UserCommand.EndSession(caller.TokenId), context.RequestAborted);
        return outcome is Outcome.Replied or Outcome.Refused { Refusal.Code: UserRefusals.SessionNotFoundCode }
            ? TypedResults.NoContent()
            : Problem.Of(outcome);
    }

    private static Results<Created<SessionTokens>, Problem> Answer(HttpContext context, SessionTokens? tokens, Problem? problem)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (tokens is not null) return TypedResults.Created("/v1/users/me/sessions", tokens);
        if (problem!.StatusCode == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        return problem;
    }
}
