using Actors;
using Actors.Projects;
using Api.Documentation;
using Api.Hosting;
using Api.Nodes;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

internal static class ProjectEndpoints
{
    public static void MapProjects(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/projects", CreateAsync).WithTags("Projects").WithName("createProject")
            .WithSummary("Create a project").WithBodyProblems().WithCommandProblems()
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        routes.MapGet("/v1/projects", ListAsync).WithTags("Projects").WithName("listProjects")
            .WithSummary("List projects by name").WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet("/v1/projects/{projectId:guid}", GetAsync).WithTags("Projects").WithName("getProject")
            .WithSummary("Show a project").WithProblems(ProblemKinds.NotFound);
        routes.MapGet("/v1/projects/{projectId:guid}/load", LoadAsync).WithTags("Projects").WithName("getProjectLoad")
            .WithSummary("Show what of a project waits and is executed").WithProblems(ProblemKinds.NotFound)
            .WithDescription("Limits, weight, active and waiting runs of the whole cluster, as the store has them.");
        routes.MapPatch("/v1/projects/{projectId:guid}", ChangeAsync).WithTags("Projects").WithName("changeProject")
            .WithSummary("Change a project's name, description, weight or limits")
            .WithDescription("A merge patch: absent fields stay, null removes. Needs `If-Match` with the project's ETag.")
            .WithIfMatch().WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        routes.MapDelete("/v1/projects/{projectId:guid}", DeleteAsync).WithTags("Projects").WithName("deleteProject")
            .WithSummary("Delete a project with its workflows")
            .WithDescription("Its history stays readable by id; its runs that are not finished go on.")
            .WithCommandProblems().WithRefusals(RefusalKind.NotFound, ProjectRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
    }

    private static async Task<Results<Created<ProjectView>, Problem>> CreateAsync(
        NewProject body, HttpContext context, IEntities entities, ProjectQueries projects, DefinitionChanges changes, NodeSettings node)
    {
        var settings = ProjectLimits.ToSettings(body.Weight, body.Limits);
        if (ProjectBounds.Check(settings, node) is { } beyond) return beyond;

        var id = entities.NewLocalId();
        var command = new ProjectCommand.Create(body.Name ?? "", body.Description, body.Concurrency) { Settings = settings };
        var outcome = await entities.AskNewAsync(new EntityRef(EntityTypes.Project, id), command, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);

        var row = await projects.FindAsync(id, context.RequestAborted);
        if (row is null) return Problem.Of(ProblemKinds.NotFound);
        await changes.AnnounceAsync(new DefinitionChange(id, null));
        IfMatch.WriteETag(context, row.Version);
        return TypedResults.Created($"/v1/projects/{id}", ProjectView.Of(row));
    }

    private static async Task<Results<Ok<Page<ProjectView>>, Problem>> ListAsync(
        [AsParameters] PageRequest page, ProjectQueries projects, CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        var rows = await projects.PageAsync(after, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, ProjectView.Of, static row => new NameCursor(row.Name, row.Id)));
    }

    private static async Task<Results<Ok<ProjectView>, Problem>> GetAsync(
        Guid projectId, HttpContext context, ProjectQueries projects)
    {
        if (await projects.FindAsync(projectId, context.RequestAborted) is not { } row) return Problem.Of(ProblemKinds.NotFound);
        IfMatch.WriteETag(context, row.Version);
        return TypedResults.Ok(ProjectView.Of(row));
    }

    private static async Task<Results<Ok<ProjectLoad>, Problem>> LoadAsync(
        Guid projectId, ProjectLoads loads, CancellationToken cancellationToken) =>
        await loads.FindAsync(projectId, cancellationToken) is { } load ? TypedResults.Ok(load) : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<ProjectView>, Problem>> ChangeAsync(
        Guid projectId, ProjectPatch body, HttpContext context, IEntities entities, ProjectQueries projects,
        DefinitionChanges changes, NodeSettings node)
    {
        if (await projects.FindAsync(projectId, context.RequestAborted) is not { } present) return Problem.Of(ProblemKinds.NotFound);
        if (IfMatch.Read(context, required: true, out var expected) is { } refused) return refused;

        // What the patch does not name is taken from the row: the version guards against a change in between.
        var command = new ProjectCommand.Update(
            expected ?? present.Version,
            body.Name ?? present.Name,
            body.Description.IsGiven ? body.Description.Value : present.Description,
            body.Concurrency.IsGiven ? body.Concurrency.Value : present.Concurrency)
        {
            Settings = ProjectLimitsPatch.Apply(body, present),
        };
        if (ProjectBounds.Check(command.Settings, node) is { } beyond) return beyond;

        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await changes.AnnounceAsync(new DefinitionChange(projectId, null));
        return await GetAsync(projectId, context, projects);
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        Guid projectId, IEntities entities, DefinitionChanges changes, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.Project, projectId), new ProjectCommand.Delete(), cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await changes.AnnounceAsync(new DefinitionChange(projectId, null));
        return TypedResults.NoContent();
    }
}
