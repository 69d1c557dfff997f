using Actors.Projects;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

/// <summary>Projects as super users see them: from outside, without what is in them (S1-35 to S1-38, X9).</summary>
internal static class AdminProjectEndpoints
{
    private const string Base = "/v1/admin/projects";
    private const string One = Base + "/{projectId:guid}";
    private const string Member = One + "/members/{userId:guid}";

    public static void MapAdminProjects(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Base, ListAsync).WithTags("Administration").WithName("listAllProjects")
            .WithSummary("List every project by name").WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapPatch(One, ChangeAsync).WithTags("Administration").WithName("administerProject")
            .WithSummary("Change a project's name, description, weight or limits from outside")
            .WithDescription("A merge patch: absent fields stay, null removes. Needs `If-Match` with the project's ETag, or `*`.")
            .WithIfMatch().WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        routes.MapGet(Member, GetMemberAsync).WithTags("Administration").WithName("getProjectMember")
            .WithSummary("Show what a user is in a project").WithProblems(ProblemKinds.NotFound);
        routes.MapPut(Member, AppointAsync).WithTags("Administration").WithName("appointProjectMember")
            .WithSummary("Make a user a member of a project, or another kind of member")
            .WithDescription("With the role owner: of a project that has none, or in place of the owner named by `replacesOwner`.")
            .WithBodyProblems().WithMemberProblems()
            .WithRefusals(RefusalKind.Invalid, MemberRefusals.InvalidCode)
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode, MemberRefusals.OwnerChangedCode, MemberRefusals.TooManyCode);
        routes.MapDelete(Member, RemoveAsync).WithTags("Administration").WithName("removeProjectMember")
            .WithSummary("Remove a member from a project; the owner stays").WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode);
    }

    private static async Task<Results<Ok<Page<ProjectView>>, Problem>> ListAsync(
        [AsParameters] PageRequest page, ProjectQueries projects, TimeProvider time, CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        var rows = await projects.PageAsync(after, page.Rows, cancellationToken);
        var now = time.GetUtcNow();
        return TypedResults.Ok(page.Of(rows, row => ProjectView.Of(row, now), static row => new NameCursor(row.Name, row.Id)));
    }

    private static Task<Results<Ok<ProjectView>, Problem>> ChangeAsync(
        Guid projectId, AdminProjectPatch body, HttpContext context, ProjectChanges changes) =>
        changes.ChangeAsync(projectId, body.ToPatch(), context);

    private static async Task<Results<Ok<MemberView>, Problem>> GetMemberAsync(
        Guid projectId, Guid userId, MemberDirectory directory, CancellationToken cancellationToken) =>
        await directory.FindAsync(projectId, userId, cancellationToken) is { } member
            ? TypedResults.Ok(member)
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<MemberView>, Problem>> AppointAsync(
        Guid projectId, Guid userId, AppointedMember body, ProjectPeople people, MemberDirectory directory, CancellationToken cancellationToken)
    {
        if (body.Role is not { } role) return Problem.Of(ProblemKinds.Invalid, "role", "is owner, admin, editor or viewer");
        if (role != ProjectRole.Owner && body.ReplacesOwner is not null)
            return Problem.Of(ProblemKinds.Invalid, "replacesOwner", "is for a new owner only");
        if (role == ProjectRole.Owner && body.Environments is not null)
            return Problem.Of(ProblemKinds.Invalid, "environments", "do not limit an owner");
        if (!await people.IsUserAsync(userId, cancellationToken)) return Problem.Of(ProblemKinds.Invalid, "userId", "is no user");

        ProjectCommand command = role == ProjectRole.Owner
            ? new ProjectCommand.AppointOwner(userId, body.ReplacesOwner)
            : new ProjectCommand.AddMember(userId, role, EnvironmentNames.Of(body.Environments), OrChange: true);
        return await directory.TellAsync(projectId, command, cancellationToken) is { } problem
            ? problem
            : await GetMemberAsync(projectId, userId, directory, cancellationToken);
    }

    private static async Task<Results<NoContent, Problem>> RemoveAsync(
        Guid projectId, Guid userId, MemberDirectory directory, CancellationToken cancellationToken) =>
        await directory.RemoveAsync(projectId, userId, cancellationToken) is { } problem
            ? problem
            : TypedResults.NoContent();
}
