using Actors;
using Actors.Projects;
using Api.Documentation;
using Api.Instance;
using Api.Nodes;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Mvc;

namespace Api.Projects;

/// <param name="Name">The project's name, typed by whoever wants it gone at once.</param>
internal sealed record ProjectDeletion(string? Name);

/// <summary>Deletes projects and brings them back (S0-07), for their owners and, by the administrators' path, for super users (X9).</summary>
internal static class DeletionEndpoints
{
    private const string Project = "/v1/projects/{projectId:guid}";
    private const string Admin = "/v1/admin/projects/{projectId:guid}";

    private const string Description =
        """
        From now on its webhooks and new work orders answer 410, schedules do not fire, and its runs are cancelled. After the instance's
        `deletionGraceDays`, until which it can be restored, everything it has is removed for good. With `immediate=true` and the project's name in
        the body there is no grace. Under a legal hold it is removed once that is lifted, and not at once.
        """;

    public static void MapProjectDeletion(this IEndpointRouteBuilder routes)
    {
        Map(routes, Project, "Projects", "deleteProject", "restoreProject");
        Map(routes, Admin, "Administration", "removeProject", "bringProjectBack");
    }

    private static void Map(IEndpointRouteBuilder routes, string path, string tag, string delete, string restore)
    {
        routes.MapDelete(path, DeleteAsync).WithTags(tag).WithName(delete)
            .WithSummary("Delete a project with all it has, after a grace").WithDescription(Description).Produces<ProjectView>(StatusCodes.Status202Accepted)
            .WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.BadParameter)
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, HoldRefusals.HeldCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
        routes.MapPost(path + ":restore", RestoreAsync).WithTags(tag).WithName(restore)
            .WithSummary("Restore a project that is about to be deleted").Produces<ProjectView>()
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, ProjectRefusals.NotLeavingCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
    }

    private static async Task<IResult> DeleteAsync(
        Guid projectId, [FromQuery] bool? immediate, [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] ProjectDeletion? body,
        HttpContext context, ProjectQueries projects, InstancePolicy policy, IEntities entities, DefinitionChanges changes, TimeProvider time)
    {
        var row = await projects.FindAsync(projectId, context.RequestAborted);
        if (row is not null && immediate == true && body?.Name != row.Name)
            return Problem.Of(ProblemKinds.Invalid, "name", "must be the project's name: it is gone at once");

        var days = immediate == true ? 0 : (await policy.SettingsAsync(context.RequestAborted)).DeletionGraceDays;
        var command = new ProjectCommand.ScheduleDeletion(TimeSpan.FromDays(days));
        return await TellAsync(projectId, command, entities, changes) is { } problem
            ? problem
            : await projects.FindAsync(projectId, context.RequestAborted) is { } left
                ? TypedResults.Accepted($"/v1/projects/{projectId}", ProjectView.Of(left, time.GetUtcNow()))
                : TypedResults.NoContent();
    }

    private static async Task<IResult> RestoreAsync(
        Guid projectId, HttpContext context, ProjectChanges shown, IEntities entities, DefinitionChanges changes) =>
        await TellAsync(projectId, new ProjectCommand.CancelDeletion(), entities, changes) is { } problem
            ? problem
            : (await shown.ShowAsync(projectId, context)).Result;

    private static async Task<Problem?> TellAsync(Guid projectId, ProjectCommand command, IEntities entities, DefinitionChanges changes)
    {
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, CancellationToken.None);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await changes.AnnounceAsync(new DefinitionChange(projectId, null));
        return null;
    }
}
