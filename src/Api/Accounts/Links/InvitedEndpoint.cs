using Actors.Accounts;
using Actors.Projects;
using Api.Accounts.Throttling;
using Api.Audit;
using Api.Documentation;
using Api.Instance;
using Api.Problems;
using Api.Projects;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts.Links;

/// <summary>
/// A person who was invited to a project and has no account makes one and joins in one step (S0-29): the invitation is the permission. Their
/// address counts as unverified: that whoever has the token has the address too, the inviter alone says.
/// </summary>
internal static class InvitedEndpoint
{
    public static void MapInvited(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/invitations:join", JoinAsync).WithTags("Accounts").WithName("joinByInvitation").WithSmallBody()
            .WithSummary("Make an account by an invitation to a project, join it, and begin a session")
            .WithDescription("For the address that the invitation is for. Who has an account signs in and accepts.")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.LinkOver, ProblemKinds.TooManyAttempts, ProblemKinds.CommonPassword, ProblemKinds.PasswordNamesOwner)
            .WithRefusals(
                RefusalKind.Conflict, AccountsRefusals.EmailTakenCode, AccountsRefusals.TooManyCode, MemberRefusals.ExistsCode,
                MemberRefusals.TooManyCode)
            .WithRefusals(
                RefusalKind.Gone, MemberRefusals.InvitationUsedCode, MemberRefusals.InvitationRevokedCode, MemberRefusals.InvitationExpiredCode);

    private static async Task<Results<Created<SignedInUser>, Problem>> JoinAsync(
        LinkAcceptance body, HttpContext context, Throttle throttle, Invitations invitations, InvitedUsers invited, Users users)
    {
        var attempt = throttle.Of(context, null, []);
        if (await throttle.EnterAsync(context, attempt) is { } throttled) return throttled;
        if (await invitations.OpenAsync(body.Token, context.RequestAborted) is not { } invitation) return Problem.Of(ProblemKinds.LinkOver);

        await throttle.SucceedAsync(context, attempt);
        var (userId, tokens, problem) = await invited.JoinAsync(invitation.Email, body, context);
        if (problem is not null) return problem;
        context.Response.Headers.CacheControl = "no-store";
        return await users.FindAsync(userId, context.RequestAborted) is { } view
            ? TypedResults.Created("/v1/users/me", new SignedInUser(view, tokens))
            : Problem.Of(ProblemKinds.NotFound);
    }
}

/// <summary>Makes the account of an invited person, and lets it join.</summary>
internal sealed class InvitedUsers(NewUsers newUsers, Invitations invitations, People people, Sessions sessions, InstancePolicy policy)
{
    public async Task<(Guid UserId, SessionTokens? Tokens, Problem? Problem)> JoinAsync(
        string email, LinkAcceptance body, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var settings = await policy.SettingsAsync(cancellationToken);
        if (NewUsers.Check(email, body.Name, body.Password, settings.PasswordMinLength) is { } wrong) return (default, null, wrong);

        var (made, problem) = await newUsers.MakeAsync(
            new Person(body.Name!, email), body.Password!,
            static (id, key) => new AccountsCommand.Create(id, key, false) { IsUnverified = true }, cancellationToken);
        if (made is null) return (default, null, problem);

        // Should it have been revoked in between, there is an account without a project: it may sign in and sees nothing.
        context.ActAs(made.Id);
        var (_, refused) = await invitations.AcceptAsync(body.Token, made.Id, people.EmailKey(email), cancellationToken);
        if (refused is not null) return (default, null, refused);
        var (tokens, unbegun) = await sessions.BeginAsync(made.Id, new SessionStart(made.PasswordHash), cancellationToken);
        return (made.Id, tokens, unbegun);
    }
}
