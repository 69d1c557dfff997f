using Actors.Accounts;
using Actors.Users;
using Api.Accounts.Throttling;
using Api.Accounts.Upkeep;
using Api.Documentation;
using Api.Instance;
using Api.Problems;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts;

/// <summary>What users see and change of themselves.</summary>
internal static class OwnAccountEndpoints
{
    public static void MapOwnAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/users/me", GetAsync).WithTags("Accounts").WithName("getOwnAccount")
            .WithSummary("Show whose token this is").WithProblems(ProblemKinds.NotFound);
        routes.MapPatch("/v1/users/me", ChangeAsync).WithTags("Accounts").WithName("changeOwnAccount").WithSmallBody()
            .WithSummary("Change one's own name").WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound);
        routes.MapPut("/v1/users/me/password", SetPasswordAsync).WithTags("Accounts").WithName("changeOwnPassword").WithSmallBody()
            .WithSummary("Change one's own password; all other sessions end").WithBodyProblems().WithCommandProblems()
            .WithProblems(
                ProblemKinds.TooManyAttempts, ProblemKinds.WrongPassword, ProblemKinds.SessionRequired, ProblemKinds.CommonPassword, ProblemKinds.PasswordNamesOwner,
                ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.Conflict, UserRefusals.PasswordChangedCode);
        routes.MapDelete("/v1/users/me", DeleteAsync).WithTags("Accounts").WithName("deleteOwnAccount").WithSmallBody()
            .WithSummary("Delete one's own account: nobody can sign in to it from now on, and it is erased at `purgeAt`")
            .WithDescription("Needs the account's e-mail address and a session that began within the last five minutes.")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.SessionRequired, ProblemKinds.FreshSignInNeeded, ProblemKinds.OwnsProjects, ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.Conflict, AccountsRefusals.LastSuperUserCode);
    }

    private static async Task<Results<Ok<UserView>, Problem>> GetAsync(HttpContext context, Users users) =>
        await users.FindAsync(context.Caller().UserId, context.RequestAborted) is { } view
            ? TypedResults.Ok(view)
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<UserView>, Problem>> ChangeAsync(OwnPatch body, HttpContext context, Users users)
    {
        if (body.Name is { } name)
        {
            if (Users.CheckName(name) is { } wrong) return wrong;
            var changed = await users.ChangeAsync(context.Caller().UserId, person => person with { Name = name }, context.RequestAborted);
            if (changed is not null) return changed;
        }

        return await GetAsync(context, users);
    }

    private static async Task<Results<Accepted<UserView>, Problem>> DeleteAsync(
        [Microsoft.AspNetCore.Mvc.FromBody] AccountDeletion body, HttpContext context, Users users, Deletion deletion)
    {
        var caller = context.Caller();
        if (caller.Kind != CallerKind.Session) return Problem.Of(ProblemKinds.SessionRequired);
        if (!await deletion.IsFreshAsync(caller.TokenId, context.RequestAborted)) return Problem.Of(ProblemKinds.FreshSignInNeeded);
        if (await users.FindAsync(caller.UserId, context.RequestAborted) is not { } view) return Problem.Of(ProblemKinds.NotFound);
        if (body.Email is null || EmailAddress.Normalise(body.Email) != EmailAddress.Normalise(view.Email))
            return Problem.Of(ProblemKinds.Invalid, "email", "must be the account's e-mail address");

        var (purgeAt, problem) = await deletion.ScheduleAsync(caller.UserId, context.RequestAborted);
        return purgeAt is null ? problem! : TypedResults.Accepted("/v1/users/me", purgeAt);
    }

    /// <summary>By a session only: an API token may be narrower than its user.</summary>
    private static async Task<Results<NoContent, Problem>> SetPasswordAsync(
        PasswordChange body, HttpContext context, Users users, People people, Passwords passwords, Throttle throttle, InstancePolicy policy)
    {
        var caller = context.Caller();
        var cancellationToken = context.RequestAborted;
        if (caller.Kind == CallerKind.ApiToken) return Problem.Of(ProblemKinds.SessionRequired);
        if (body.CurrentPassword is null) return Problem.Of(ProblemKinds.Invalid, "currentPassword", "must be given");

        var looked = await users.AskAsync(caller.UserId, new UserCommand.Look(), cancellationToken);
        if (looked is not Outcome.Replied { Reply: UserReply.Present present }) return Problem.Of(looked);
        var attempt = throttle.OfUser(context, caller.UserId);
        if (await throttle.EnterAsync(context, attempt) is { } throttled) return throttled;
        var verdict = await passwords.VerifyAsync(present.PasswordHash, body.CurrentPassword, cancellationToken);
        if (verdict is null) return Problem.Of(ProblemKinds.Overloaded);
        if (!verdict.Fits) return Problem.Of(ProblemKinds.WrongPassword);

        await throttle.SucceedAsync(context, attempt);
        var minLength = PasswordRules.MinLength(await policy.SettingsAsync(cancellationToken), present.Mfa is not null);
        var person = await people.OpenAsync(caller.UserId, present.Person.Blob, cancellationToken);
        if (PasswordRules.Check("newPassword", body.NewPassword, person, minLength) is { } wrong) return wrong;
        if (await passwords.HashAsync(body.NewPassword!, cancellationToken) is not { } hash) return Problem.Of(ProblemKinds.Overloaded);

        Guid? kept = caller.Kind == CallerKind.Session ? caller.TokenId : null;
        var outcome = await users.AskAsync(
            caller.UserId, new UserCommand.SetPassword(hash, present.PasswordHash, kept), cancellationToken);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }
}
