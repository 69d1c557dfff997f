using Actors.Accounts;
using Api.Accounts.Throttling;
using Api.Documentation;
using Api.Instance;
using Api.Problems;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts.Links;

/// <summary>How people who have no password yet come in.</summary>
internal static class LinkEndpoints
{
    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/links:accept", AcceptAsync).WithTags("Accounts").WithName("acceptLink").WithSmallBody()
            .WithSummary("Set a password by a single-use link of a super user, and begin a session")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.LinkOver, ProblemKinds.TooManyAttempts, ProblemKinds.CommonPassword, ProblemKinds.PasswordNamesOwner);
        routes.MapPost("/v1/registrations", RegisterAsync).WithTags("Accounts").WithName("register").WithSmallBody()
            .WithSummary("Make an account for oneself, where the instance allows it")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.SignUpClosed, ProblemKinds.TooManyAttempts, ProblemKinds.CommonPassword, ProblemKinds.PasswordNamesOwner)
            .WithRefusals(RefusalKind.Conflict, AccountsRefusals.EmailTakenCode, AccountsRefusals.TooManyCode, AccountsRefusals.SetUpFirstCode);
    }

    private static async Task<Results<Created<SignedInUser>, Problem>> AcceptAsync(
        LinkAcceptance body, HttpContext context, PasswordLinks links, Users users)
    {
        var (userId, tokens, problem) = await links.AcceptAsync(body, context);
        return problem is not null ? problem : await SignedInAsync(context, users, userId, tokens);
    }

    private static async Task<Results<Created<SignedInUser>, Problem>> RegisterAsync(
        Registration body, HttpContext context, InstancePolicy policy, Throttle throttle, NewUsers newUsers, Users users, Sessions sessions)
    {
        var settings = await policy.SettingsAsync(context.RequestAborted);
        if (!settings.AllowSignUp) return Problem.Of(ProblemKinds.SignUpClosed);

        // Each counts, those that succeed too: accounts are not made by the hundred, nor addresses asked for.
        if (await throttle.EnterAsync(context, throttle.Of(context, null, [])) is { } throttled) return throttled;
        if (NewUsers.Check(body.Email, body.Name, body.Password, settings.PasswordMinLength) is { } wrong) return wrong;

        var (made, problem) = await newUsers.MakeAsync(
            new Person(body.Name!, body.Email!), body.Password!,
            static (id, key) => new AccountsCommand.Create(id, key, false) { IsUnverified = true }, context.RequestAborted);
        if (made is null) return problem!;
        var (tokens, refused) = await sessions.BeginAsync(made.Id, new SessionStart(made.PasswordHash), context.RequestAborted);
        return refused is not null ? refused : await SignedInAsync(context, users, made.Id, tokens);
    }

    private static async Task<Results<Created<SignedInUser>, Problem>> SignedInAsync(
        HttpContext context, Users users, Guid userId, SessionTokens? tokens)
    {
        context.Response.Headers.CacheControl = "no-store";
        return await users.FindAsync(userId, context.RequestAborted) is { } view
            ? TypedResults.Created("/v1/users/me", new SignedInUser(view, tokens))
            : Problem.Of(ProblemKinds.NotFound);
    }
}
