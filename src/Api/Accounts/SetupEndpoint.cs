using Actors.Accounts;
using Api.Accounts.Throttling;
using Api.Documentation;
using Api.Instance;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Accounts;

internal static class SetupEndpoint
{
    public static void MapSetup(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/setup", SetUpAsync).WithTags("Accounts").WithName("setUp").WithSmallBody()
            .WithSummary("Make the first super user; 410 for ever after")
            .WithDescription("The setup token is shown once, at the first start. Of several who try at the same time one succeeds.")
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.TooManyAttempts, ProblemKinds.WrongSetupToken, ProblemKinds.CommonPassword, ProblemKinds.PasswordNamesOwner)
            .WithRefusals(RefusalKind.Gone, AccountsRefusals.SetUpDoneCode);

    private static async Task<Results<Created<SetupResult>, Problem>> SetUpAsync(
        SetupRequest body, SetupToken token, AccountQueries accounts, NewUsers newUsers, Sessions sessions, Users users,
        Throttle throttle, InstancePolicy policy, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        if (await accounts.AnyAsync(cancellationToken)) return Problem.Of(ProblemKinds.SetUpDone);
        var attempt = throttle.Of(context, null, []);
        if (await throttle.EnterAsync(context, attempt) is { } throttled) return throttled;
        if (!token.Matches(body.SetupToken)) return Problem.Of(ProblemKinds.WrongSetupToken);
        await throttle.SucceedAsync(context, attempt);
        var settings = await policy.SettingsAsync(cancellationToken);
        if (NewUsers.Check(body.Email, body.Name, body.Password, settings.PasswordMinLength) is { } wrong) return wrong;

        var person = new Person(body.Name!, body.Email!);
        var (made, problem) = await newUsers.MakeAsync(
            person, body.Password!, static (id, key) => new AccountsCommand.SetUp(id, key), cancellationToken);
        if (made is null) return problem!;

        var (session, refused) = await sessions.BeginAsync(made.Id, new SessionStart(made.PasswordHash), cancellationToken);
        if (session is null) return refused!;
        return await users.FindAsync(made.Id, cancellationToken) is { } view
            ? TypedResults.Created("/v1/users/me", new SetupResult(view, session))
            : Problem.Of(ProblemKinds.NotFound);
    }
}
