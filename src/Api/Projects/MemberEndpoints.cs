using Actors.Projects;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

/// <summary>Who is in a project (S1-20 to S1-23).</summary>
internal static class MemberEndpoints
{
    private const string Base = "/v1/projects/{projectId:guid}/members";
    private const string One = Base + "/{userId:guid}";
    private const string Me = Base + "/me";

    public static void MapMembers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Base, ListAsync).WithTags("Members").WithName("listMembers")
            .WithSummary("List a project's members, who joined first")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapPost(Base, AddAsync).WithTags("Members").WithName("addMember")
            .WithSummary("Make a user a member, by id or address")
            .WithDescription("Whoever has no account yet is invited instead.")
            .WithBodyProblems().WithMemberProblems()
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.ExistsCode, MemberRefusals.TooManyCode)
            .WithRefusals(RefusalKind.Invalid, MemberRefusals.InvalidCode);
        routes.MapPatch(One, ChangeAsync).WithTags("Members").WithName("changeMember")
            .WithSummary("Change a member's role or environments")
            .WithDescription("Digest and alerts are for members themselves to change: for anybody else they are refused, whoever it is.")
            .WithBodyProblems().WithMemberProblems().WithProblems(ProblemKinds.OthersPreferences)
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode)
            .WithRefusals(RefusalKind.Invalid, MemberRefusals.InvalidCode);
        routes.MapDelete(One, RemoveAsync).WithTags("Members").WithName("removeMember")
            .WithSummary("Remove a member; the owner stays").WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode);
        routes.MapPatch(Me, PreferAsync).WithTags("Members").WithName("changeOwnMembership")
            .WithSummary("Say what one wants to hear of the project").WithBodyProblems().WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.NotFoundCode);
        routes.MapDelete(Me, LeaveAsync).WithTags("Members").WithName("leaveProject")
            .WithSummary("Leave the project; the owner hands it over first").WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode);
    }

    /// <summary>What every command about members may end in.</summary>
    public static RouteHandlerBuilder WithMemberProblems(this RouteHandlerBuilder route) =>
        route.WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);

    private static async Task<Results<Ok<Page<MemberView>>, Problem>> ListAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        ProjectQueries projects,
        MemberQueries members,
        MemberDirectory directory,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        var rows = await members.OfProjectAsync(projectId, after, page.Rows, cancellationToken);
        return TypedResults.Ok(await page.OfAsync(rows, row => directory.ShowAsync(row, cancellationToken), static row => new TimeCursor(row.Since, row.UserId)));
    }

    private static async Task<Results<Created<MemberView>, Problem>> AddAsync(
        Guid projectId, NewMember body, ProjectPeople people, MemberDirectory directory, CancellationToken cancellationToken)
    {
        if (body.Role is not { } role) return Problem.Of(ProblemKinds.Invalid, "role", "is admin, editor or viewer");
        if ((body.UserId is null) == (body.Email is null)) return Problem.Of(ProblemKinds.Invalid, "userId", "or email is needed, not both");

        var userId = body.Email is { } email ? await people.FindAsync(email, cancellationToken) : body.UserId;
        if (userId is not { } id) return Problem.Of(ProblemKinds.Invalid, "email", "is of no user: invite them");
        if (!await people.IsUserAsync(id, cancellationToken)) return Problem.Of(ProblemKinds.Invalid, "userId", "is no user");

        var command = new ProjectCommand.AddMember(id, role, EnvironmentNames.Of(body.Environments), OrChange: false);
        if (await directory.TellAsync(projectId, command, cancellationToken) is { } problem) return problem;
        return await directory.FindAsync(projectId, id, cancellationToken) is { } member
            ? TypedResults.Created($"/v1/projects/{projectId}/members/{id}", member)
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<MemberView>, Problem>> ChangeAsync(
        Guid projectId, Guid userId, MemberPatch body, MemberDirectory directory, CancellationToken cancellationToken)
    {
        if (body.Digest is not null || body.FailureAlert is not null)
            return Problem.Of(ProblemKinds.OthersPreferences, "Members change theirs at …/members/me.");

        var environments = body.Environments.IsGiven ? new EnvironmentChange(EnvironmentNames.Of(body.Environments.Value)) : null;
        return await SaidAsync(projectId, userId, new ProjectCommand.ChangeMember(userId, body.Role, environments), directory, cancellationToken);
    }

    private static async Task<Results<NoContent, Problem>> RemoveAsync(
        Guid projectId, Guid userId, MemberDirectory directory, CancellationToken cancellationToken) =>
        await directory.RemoveAsync(projectId, userId, cancellationToken) is { } problem
            ? problem
            : TypedResults.NoContent();

    private static Task<Results<Ok<MemberView>, Problem>> PreferAsync(
        Guid projectId, OwnMembershipPatch body, HttpContext context, MemberDirectory directory)
    {
        var me = context.Caller().UserId;
        return SaidAsync(
            projectId, me, new ProjectCommand.SetPreferences(me, body.Digest, body.FailureAlert), directory, context.RequestAborted);
    }

    private static Task<Results<NoContent, Problem>> LeaveAsync(Guid projectId, HttpContext context, MemberDirectory directory) =>
        RemoveAsync(projectId, context.Caller().UserId, directory, context.RequestAborted);

    private static async Task<Results<Ok<MemberView>, Problem>> SaidAsync(
        Guid projectId, Guid userId, ProjectCommand command, MemberDirectory directory, CancellationToken cancellationToken)
    {
        if (await directory.TellAsync(projectId, command, cancellationToken) is { } problem) return problem;
        return await directory.FindAsync(projectId, userId, cancellationToken) is { } member
            ? TypedResults.Ok(member)
            : Problem.Of(ProblemKinds.NotFound);
    }
}
