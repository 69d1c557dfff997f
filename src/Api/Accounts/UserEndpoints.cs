using Actors.Accounts;
using Actors.Users;
using Api.Accounts.Links;
using Api.Accounts.Upkeep;
using Api.Documentation;
using Api.Instance;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts;

/// <summary>What super users do with users (S1-32 to S1-34).</summary>
internal static class UserEndpoints
{
    private const string One = "/v1/users/{userId:guid}";

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/users", ListAsync).WithTags("Users").WithName("listUsers").WithSummary("List users, the oldest first")
            .WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapPost("/v1/users", CreateAsync).WithTags("Users").WithName("createUser").WithSmallBody()
            .WithSummary("Create a user").WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.CommonPassword, ProblemKinds.PasswordNamesOwner)
            .WithRefusals(RefusalKind.Conflict, AccountsRefusals.EmailTakenCode, AccountsRefusals.TooManyCode);
        routes.MapGet(One, GetAsync).WithTags("Users").WithName("getUser").WithSummary("Show a user").WithProblems(ProblemKinds.NotFound);
        routes.MapPatch(One, ChangeAsync).WithTags("Users").WithName("changeUser").WithSmallBody()
            .WithSummary("Change a user's name, e-mail address or rights, or disable them").WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.NotFound).WithRefusals(RefusalKind.NotFound, AccountsRefusals.NotFoundCode)
            .WithRefusals(
                RefusalKind.Conflict, AccountsRefusals.EmailTakenCode, AccountsRefusals.LastSuperUserCode, AccountsRefusals.LeavingCode);
        routes.MapDelete(One, DeleteAsync).WithTags("Users").WithName("deleteUser")
            .WithSummary("Schedule the deletion of a user; they cannot sign in from now on").WithCommandProblems()
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.OwnsProjects)
            .WithRefusals(RefusalKind.NotFound, AccountsRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, AccountsRefusals.LastSuperUserCode);
        routes.MapPost(One + ":restore", RestoreAsync).WithTags("Users").WithName("restoreUser")
            .WithSummary("Cancel the deletion of a user").WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, AccountsRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, AccountsRefusals.NotLeavingCode).WithRefusals(RefusalKind.Gone, AccountsRefusals.PurgingCode);
        routes.MapPost(One + ":end-sessions", EndSessionsAsync).WithTags("Users").WithName("endUserSessions")
            .WithSummary("End all sessions of a user").WithCommandProblems().WithProblems(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<Page<UserView>>, Problem>> ListAsync(
        [AsParameters] PageRequest page, AccountQueries accounts, Users users, CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        var rows = await accounts.PageAsync(after, page.Rows, cancellationToken);
        return TypedResults.Ok(await page.OfAsync(rows, row => users.ViewAsync(row, cancellationToken), static row => new TimeCursor(row.CreatedAt, row.Id)));
    }

    private static async Task<Results<Created<UserView>, Problem>> CreateAsync(
        NewUser body, NewUsers newUsers, Users users, PasswordLinks links, InstancePolicy policy, HttpContext context,
        CancellationToken cancellationToken)
    {
        var settings = await policy.SettingsAsync(cancellationToken);
        var wrong = body.Password is null
            ? NewUsers.Check(body.Email, body.Name)
            : NewUsers.Check(body.Email, body.Name, body.Password, settings.PasswordMinLength);
        if (wrong is not null) return wrong;

        var isSuperUser = body.SuperUser ?? false;
        var (made, problem) = await newUsers.MakeAsync(
            new Person(body.Name!, body.Email!),
            body.Password,
            (id, key) => new AccountsCommand.Create(id, key, isSuperUser),
            cancellationToken);
        if (made is null) return problem!;
        var (link, unmade) = body.Password is null
            ? await links.OfferAsync(made.Id, LinkPurpose.Invitation, cancellationToken)
            : (null, null);
        if (unmade is not null) return unmade;
        context.Response.Headers.CacheControl = "no-store";
        return await users.FindAsync(made.Id, cancellationToken) is { } view
            ? TypedResults.Created($"/v1/users/{made.Id}", view with { Link = link })
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<UserView>, Problem>> GetAsync(Guid userId, Users users, CancellationToken cancellationToken) =>
        await users.FindAsync(userId, cancellationToken) is { } view ? TypedResults.Ok(view) : Problem.Of(ProblemKinds.NotFound);

    /// <summary>The register first: it can refuse. What follows is the same when it is repeated.</summary>
    private static async Task<Results<Ok<UserView>, Problem>> ChangeAsync(
        Guid userId, UserPatch body, Users users, People people, CancellationToken cancellationToken)
    {
        if (body.Name is not null && Users.CheckName(body.Name) is { } wrongName) return wrongName;
        if (body.Email is not null && Users.CheckEmail(body.Email) is { } wrongEmail) return wrongEmail;

        var key = body.Email is null ? null : people.EmailKey(body.Email);
        var change = new AccountsCommand.Change(userId, key, body.SuperUser, body.Disabled);
        var outcome = await users.AskRegisterAsync(change, cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);

        if (body.Disabled == true && await EndAsync(userId, users, cancellationToken) is { } open) return open;
        if (body.Name is null && body.Email is null) return await GetAsync(userId, users, cancellationToken);
        var changed = await users.ChangeAsync(
            userId,
            person => person with { Name = body.Name ?? person.Name, Email = body.Email ?? person.Email },
            cancellationToken);
        return changed is null ? await GetAsync(userId, users, cancellationToken) : changed;
    }

    private static async Task<Results<Accepted<UserView>, Problem>> DeleteAsync(
        Guid userId, Deletion deletion, CancellationToken cancellationToken)
    {
        var (view, problem) = await deletion.ScheduleAsync(userId, cancellationToken);
        return view is null ? problem! : TypedResults.Accepted($"/v1/users/{userId}", view);
    }

    private static async Task<Results<Ok<UserView>, Problem>> RestoreAsync(Guid userId, Users users, CancellationToken cancellationToken)
    {
        var outcome = await users.AskRegisterAsync(new AccountsCommand.CancelDeletion(userId), cancellationToken);
        return outcome is Outcome.Replied ? await GetAsync(userId, users, cancellationToken) : Problem.Of(outcome);
    }

    private static async Task<Results<NoContent, Problem>> EndSessionsAsync(
        Guid userId, Users users, AccountQueries accounts, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(userId, cancellationToken) is null) return Problem.Of(ProblemKinds.NotFound);
        return await EndAsync(userId, users, cancellationToken) is { } problem ? problem : TypedResults.NoContent();
    }

    private static async Task<Problem?> EndAsync(Guid userId, Users users, CancellationToken cancellationToken)
    {
        var outcome = await users.AskAsync(userId, new UserCommand.EndAllSessions(null), cancellationToken);
        return outcome is Outcome.Replied ? null : Problem.Of(outcome);
    }
}
