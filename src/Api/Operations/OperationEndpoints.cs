using Actors;
using Actors.Operations;
using Api.Access;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Operations;

/// <summary>Retries and cancels of many work orders at once.</summary>
internal static class OperationEndpoints
{
    /// <summary>Operations of one project that are under way.</summary>
    private const int MaxRunning = 100;

    private const string OfProject = "/v1/projects/{projectId:guid}/bulk-operations";
    private const string One = "/v1/bulk-operations/{operationId:guid}";

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(OfProject, StartAsync).WithTags("Bulk operations").WithName("startBulkOperation")
            .WithSummary("Retry or cancel many work orders or runs")
            .WithDescription(
                """
                Takes a filter of work orders, or up to 1,000 ids, and is answered at once with the operation, whose progress can
                be read. It goes on after the end of a node. Each work order is retried once; what may not be retried or cancelled
                is counted as `refused`, with the code that the single request would be answered with. It keeps to the environments
                that the caller may see; who may not see all of an operation's is shown its figures alone.
                """)
            .WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.BadParameter, ProblemKinds.TooManyOperations, ProblemKinds.EnvironmentForbidden);
        routes.MapGet(OfProject, ListAsync).WithTags("Bulk operations").WithName("listBulkOperations")
            .WithSummary("List a project's bulk operations, newest first")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet(One, GetAsync).WithTags("Bulk operations").WithName("getBulkOperation")
            .WithSummary("Show how far a bulk operation is").WithProblems(ProblemKinds.NotFound);
        routes.MapPost(One + ":stop", StopAsync).WithTags("Bulk operations").WithName("stopBulkOperation")
            .WithSummary("Stop a bulk operation; what was done stays done")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.EnvironmentForbidden)
            .WithRefusals(RefusalKind.NotFound, OperationRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, OperationRefusals.EndedCode);
    }

    private static async Task<Results<Accepted<OperationView>, Problem>> StartAsync(
        Guid projectId,
        NewOperation body,
        HttpContext context,
        ProjectQueries projects,
        OperationQueries operations,
        IEntities entities,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (OperationRequest.Read(body, projectId, context.Access(), time.GetUtcNow(), out var plan) is { } problem) return problem;
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        if (await operations.CountRunningAsync(projectId, cancellationToken) >= MaxRunning)
            return Problem.Of(ProblemKinds.TooManyOperations);

        var id = entities.NewLocalId();
        var outcome = await entities.AskNewAsync(
            new EntityRef(EntityTypes.BulkOperation, id), new OperationCommand.Start(plan), cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        var row = await operations.FindAsync(id, cancellationToken);
        return row is null
            ? Problem.Of(ProblemKinds.NotFound)
            : TypedResults.Accepted($"/v1/bulk-operations/{id}", OperationView.Of(row, context.Access()));
    }

    private static async Task<Results<Ok<Page<OperationView>>, Problem>> ListAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        HttpContext context,
        ProjectQueries projects,
        OperationQueries operations,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        var rows = await operations.PageAsync(projectId, after, page.Rows, cancellationToken);
        var access = context.Access();
        return TypedResults.Ok(page.Of(rows, row => OperationView.Of(row, access), static row => new TimeCursor(row.CreatedAt, row.Id)));
    }

    private static async Task<Results<Ok<OperationView>, Problem>> GetAsync(
        Guid operationId, HttpContext context, OperationQueries operations, CancellationToken cancellationToken) =>
        await operations.FindAsync(operationId, cancellationToken) switch
        {
            null => Problem.Of(ProblemKinds.NotFound),
            { Unreadable: Unreadable.IntegrityError } => Problem.Of(ProblemKinds.IntegrityError),
            var row => TypedResults.Ok(OperationView.Of(row, context.Access())),
        };

    private static async Task<Results<Ok<OperationView>, Problem>> StopAsync(
        Guid operationId, HttpContext context, OperationQueries operations, IEntities entities, CancellationToken cancellationToken)
    {
        if (await operations.FindAsync(operationId, cancellationToken) is not { } row) return Problem.Of(ProblemKinds.NotFound);
        if (!context.Access().Covers(EnvironmentNames.Read(row.Environments))) return Problem.Of(ProblemKinds.EnvironmentForbidden);

        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.BulkOperation, operationId), new OperationCommand.Stop(), cancellationToken);
        return outcome is Outcome.Replied
            ? await GetAsync(operationId, context, operations, cancellationToken)
            : Problem.Of(outcome);
    }
}
