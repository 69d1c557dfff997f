using Actors.Projects;
using Api.Access;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Workflows;

internal static class WorkflowEndpoints
{
    private const string Base = "/v1/projects/{projectId:guid}/workflows";
    private const string One = Base + "/{workflowId:guid}";

    public static void MapWorkflows(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Base, CreateAsync).WithTags("Workflows").WithName("createWorkflow")
            .WithSummary("Create a workflow")
            .WithDescription("JSON or YAML. Ids are made where left out; edges name jobs by name or id, `from` may be `trigger`.")
            .ProducesWorkflow(StatusCodes.Status201Created).WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.MalformedYaml, ProblemKinds.IdTaken)
            .WithRefusals(
                RefusalKind.Conflict,
                ProjectRefusals.WorkflowNameTakenCode,
                ProjectRefusals.PathTakenCode,
                ProjectRefusals.TriggerIdTakenCode,
                ProjectRefusals.TooManyWorkflowsCode)
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.WorkflowInvalidCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
        routes.MapGet(Base, ListAsync).WithTags("Workflows").WithName("listWorkflows")
            .WithSummary("List a project's workflows by name")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet(One, GetAsync).WithTags("Workflows").WithName("getWorkflow")
            .WithSummary("Show a workflow as JSON or YAML")
            .ProducesWorkflow(StatusCodes.Status200OK).WithProblems(ProblemKinds.NotFound);
        routes.MapPut(One, ReplaceAsync).WithTags("Workflows").WithName("replaceWorkflow")
            .WithSummary("Replace a workflow: its next version")
            .WithDescription("Needs `If-Match` with the workflow's ETag. Runs that exist go on with the version they began with.")
            .ProducesWorkflow(StatusCodes.Status200OK).WithIfMatch().WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.MalformedYaml, ProblemKinds.IdTaken)
            .WithRefusals(
                RefusalKind.Conflict,
                ProjectRefusals.WorkflowNameTakenCode,
                ProjectRefusals.PathTakenCode,
                ProjectRefusals.TriggerIdTakenCode,
                ProjectRefusals.TooManyWorkflowsCode)
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.WorkflowInvalidCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.DeletedCode);
        routes.MapDelete(One, DeleteAsync).WithTags("Workflows").WithName("deleteWorkflow")
            .WithSummary("Delete a workflow and its trigger; its history stays")
            .WithIfMatch(required: false).WithCommandProblems().WithProblems(ProblemKinds.NotFound);
        routes.MapGet(One + "/versions", VersionsAsync).WithTags("Workflows").WithName("listWorkflowVersions")
            .WithSummary("List a workflow's versions, newest first")
            .WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet(One + "/versions/{version:int}", VersionAsync).WithTags("Workflows").WithName("getWorkflowVersion")
            .WithSummary("Show a version of a workflow as JSON or YAML")
            .ProducesWorkflow(StatusCodes.Status200OK).WithProblems(ProblemKinds.NotFound);
    }

    private static RouteHandlerBuilder ProducesWorkflow(this RouteHandlerBuilder route, int status) =>
        route.Produces<WorkflowDocument>(status, "application/json", WorkflowBody.Yaml);

    private static async Task<Results<WorkflowAnswer, Problem>> CreateAsync(
        Guid projectId,
        WorkflowBody body,
        HttpContext context,
        IEntities entities,
        WorkflowSaving saving,
        WorkflowQueries workflows,
        TimeProvider time)
    {
        if (body.Problem is { } malformed) return malformed;
        var id = body.Document!.Id ?? entities.NewLocalId();
        var access = context.Access();
        if (await saving.SaveAsync(projectId, id, body.Document, null, 0, access, context.RequestAborted) is { } problem) return problem;
        return await workflows.FindAsync(projectId, id, context.RequestAborted) is { } row
            ? WorkflowAnswer.Created(WorkflowWriting.Of(row, time.GetUtcNow()))
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<Page<WorkflowSummary>>, Problem>> ListAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        ProjectQueries projects,
        WorkflowQueries workflows,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        var rows = await workflows.PageAsync(projectId, after, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, Summary, static row => new NameCursor(row.Name, row.Id)));
    }

    private static async Task<Results<WorkflowAnswer, Problem>> GetAsync(
        Guid projectId, Guid workflowId, WorkflowQueries workflows, TimeProvider time, CancellationToken cancellationToken) =>
        await workflows.FindAsync(projectId, workflowId, cancellationToken) is { } row
            ? WorkflowAnswer.Ok(WorkflowWriting.Of(row, time.GetUtcNow()))
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<WorkflowAnswer, Problem>> ReplaceAsync(
        Guid projectId,
        Guid workflowId,
        WorkflowBody body,
        HttpContext context,
        WorkflowSaving saving,
        WorkflowQueries workflows,
        TimeProvider time)
    {
        if (body.Problem is { } malformed) return malformed;
        if (await workflows.FindAsync(projectId, workflowId, context.RequestAborted) is not { } present)
            return Problem.Of(ProblemKinds.NotFound);
        if (IfMatch.Read(context, required: true, out var expected) is { } refused) return refused;

        var old = WorkflowDefinition.Read(present.Definition!);
        var access = context.Access();
        var version = expected is { } number ? (int)Math.Min(number, int.MaxValue) : (int?)null;

        // Who may not change what the webhook asks for does not overwrite a version that they were not compared with.
        if (access.Refuses(Permission.ManageWebhookAuth) is not null) version ??= present.Version;
        return await saving.SaveAsync(projectId, workflowId, body.Document!, old, version, access, context.RequestAborted) is { } problem
            ? problem
            : await GetAsync(projectId, workflowId, workflows, time, context.RequestAborted);
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        Guid projectId, Guid workflowId, HttpContext context, WorkflowSaving saving)
    {
        if (IfMatch.Read(context, required: false, out var expected) is { } refused) return refused;
        var version = expected is { } number ? (int)Math.Min(number, int.MaxValue) : (int?)null;
        return await saving.DeleteAsync(projectId, workflowId, version, context.RequestAborted) is { } problem
            ? problem
            : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Page<WorkflowVersionSummary>>, Problem>> VersionsAsync(
        Guid projectId,
        Guid workflowId,
        [AsParameters] PageRequest page,
        WorkflowQueries workflows,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!LineCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        var before = after == LineCursor.Start ? int.MaxValue : after.Number;
        var rows = await workflows.VersionsAsync(projectId, workflowId, before, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(
            rows,
            static row => new WorkflowVersionSummary(row.WorkflowId, row.Version, row.CreatedAt),
            static row => new LineCursor(0, row.Version)));
    }

    private static async Task<Results<WorkflowAnswer, Problem>> VersionAsync(
        Guid projectId, Guid workflowId, int version, WorkflowQueries workflows, CancellationToken cancellationToken) =>
        await workflows.FindVersionAsync(projectId, workflowId, version, cancellationToken) is { } row
            ? WorkflowAnswer.Ok(WorkflowWriting.Of(row))
            : Problem.Of(ProblemKinds.NotFound);

    private static WorkflowSummary Summary(WorkflowRow row) =>
        new(row.Id, row.ProjectId, row.Name, row.Version, row.CreatedAt, row.UpdatedAt);
}
