using Actors.Runs;
using Actors.WorkOrders;
using Api.Access;
using Api.Documentation;
using Api.History;
using Api.Hosting;
using Api.Intake;
using Api.Json;
using Api.Perimeter;
using Api.Problems;
using Api.ReadModels;
using Api.Runs;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Api.WorkOrders;

internal static class WorkOrderEndpoints
{
    private const string OfProject = "/v1/projects/{projectId:guid}/work-orders";

    public static void MapWorkOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(OfProject, SubmitAsync).WithTags("Work orders").WithName("submitWorkOrder")
            .WithSummary("Submit one work order, or a bulk of them")
            .WithDescription(
                """
                `application/json` carries one submission and is answered with 202 once it is durable.
                `application/x-ndjson` carries one submission per line and is answered, while it is still being read, with
                one line per line in the same order: `{"line":1,"workOrderId":..,"runId":..}` or `{"line":1,"problem":{..}}`.
                A line of a bulk names itself with its field `idempotencyKey`; the header is for single submissions.
                """)
            .Accepts<NewWorkOrder>("application/json", BulkSubmission.MediaType)
            .Produces<AcceptedWorkOrder>(StatusCodes.Status202Accepted)
            .Produces<BulkLine>(StatusCodes.Status200OK, BulkSubmission.MediaType)
            .DisableRequestTimeout()
            .WithIdempotencyKey()
            .WithOwnLimits()
            .WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.EnvironmentForbidden);
        routes.MapGet(OfProject, ListAsync).WithTags("Work orders").WithName("listWorkOrders")
            .WithSummary("List a project's work orders, newest first").WithDescription(HistoryDocs.Lists)
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter, ProblemKinds.EnvironmentForbidden);
        routes.MapGet("/v1/work-orders/{workOrderId:guid}", GetAsync).WithTags("Work orders").WithName("getWorkOrder")
            .WithSummary("Show a work order with its runs").WithProblems(ProblemKinds.NotFound);
        routes.MapPost("/v1/work-orders/{workOrderId:guid}:cancel", CancelAsync).WithTags("Work orders").WithName("cancelWorkOrder")
            .WithSummary("Cancel the run of a work order that is not finished, waiting or running")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.WorkOrderFinal);
    }

    private static async Task<IResult> SubmitAsync(
        Guid projectId,
        HttpContext context,
        NodeSettings settings,
        BodyReader bodies,
        ProjectQueries projects,
        WorkOrderSubmission submission,
        BulkSubmission bulk)
    {
        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed.MediaType.Value : null;
        if (string.Equals(type, BulkSubmission.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            if (!await projects.ExistsAsync(projectId, context.RequestAborted)) return Problem.Of(ProblemKinds.NotFound);
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = settings.Http.MaxBulkBytes;
            await bulk.RunAsync(projectId, context);
            return TypedResults.Empty;
        }

        if (!string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase))
            return Problem.Of(ProblemKinds.UnsupportedMediaType);
        if (submission.IsFull) return Problem.Of(Outcome.Overloaded.Instance);
        var (body, fault) = await bodies.ReadAsync(context.Request, settings.Http.MaxBodyBytes, context.RequestAborted);
        if (fault.Problem() is { } unread) return unread;
        if (WorkOrderReader.Read(body.Bytes, out var read) is { } malformed) return malformed;
        if (!IdempotencyKey.TryRead(context.Request, out var key) || (read.IdempotencyKey ?? key) != (key ?? read.IdempotencyKey))
            return Problem.Of(ProblemKinds.Invalid, IdempotencyKey.Header, IdempotencyKey.Rule);
        read = read with { IdempotencyKey = key ?? read.IdempotencyKey, Large = body.Large };

        var (accepted, problem) = await submission.SubmitAsync(projectId, read, RunQueue.Manual, context.Access(), context.RequestAborted);
        if (accepted is not null) return TypedResults.Accepted($"/v1/work-orders/{accepted.WorkOrderId}", accepted);
        return await projects.ExistsAsync(projectId, context.RequestAborted) ? problem! : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<Page<WorkOrderView>>, Problem>> ListAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        [AsParameters] HistoryRequest history,
        ProjectQueries projects,
        HttpContext context,
        WorkOrderQueries orders,
        HistoryLists lists,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (history.Check<WorkOrderState>(context.Access(), out var filter, out var search) is { } bad) return bad;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        if (search is not null)
        {
            var found = await lists.OrdersAsync(projectId, filter, search, after, page.Shown, cancellationToken);
            return TypedResults.Ok(HistoryLists.Page(found, WorkOrderView.Of));
        }

        var rows = await orders.PageAsync(projectId, filter, after, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, WorkOrderView.Of, static row => new TimeCursor(row.CreatedAt, row.Id)));
    }

    private static async Task<Results<Ok<WorkOrderView>, Problem>> GetAsync(
        Guid workOrderId, WorkOrderQueries orders, RunQueries runs, CancellationToken cancellationToken)
    {
        if (await orders.FindAsync(workOrderId, cancellationToken) is not { } row) return Problem.Of(ProblemKinds.NotFound);
        var own = await runs.OfWorkOrderAsync(workOrderId, cancellationToken);
        return TypedResults.Ok(WorkOrderView.Of(row, [.. own.Select(RunView.Of)]));
    }

    private static async Task<Results<Ok<WorkOrderView>, Problem>> CancelAsync(
        Guid workOrderId, RunCancels cancels, WorkOrderQueries orders, RunQueries runs, CancellationToken cancellationToken)
    {
        if (await orders.FindAsync(workOrderId, cancellationToken) is null) return Problem.Of(ProblemKinds.NotFound);
        return await cancels.CancelOrderAsync(workOrderId, cancellationToken) is { } problem
            ? problem
            : await GetAsync(workOrderId, orders, runs, cancellationToken);
    }
}
