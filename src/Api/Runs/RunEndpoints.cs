using Actors.Runs;
using Api.Access;
using Api.Documentation;
using Api.History;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.WorkOrders;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Runs;

internal static class RunEndpoints
{
    private const string One = "/v1/runs/{runId:guid}";

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/projects/{projectId:guid}/runs", ListAsync).WithTags("Runs").WithName("listRuns")
            .WithSummary("List a project's runs, newest first").WithDescription(HistoryDocs.Lists)
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter, ProblemKinds.EnvironmentForbidden);
        routes.MapGet(One, GetAsync).WithTags("Runs").WithName("getRun")
            .WithSummary("Show a run with its steps").WithProblems(ProblemKinds.NotFound, ProblemKinds.IntegrityError);
        routes.MapGet(One + "/steps", StepsAsync).WithTags("Runs").WithName("listSteps")
            .WithSummary("List a run's steps in the order they started").WithProblems(ProblemKinds.NotFound);
        routes.MapPost(One + ":cancel", CancelAsync).WithTags("Runs").WithName("cancelRun")
            .WithSummary("Cancel a run, waiting or running")
            .WithCommandProblems().WithRefusals(RefusalKind.NotFound, RunRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, RunRefusals.FinalCode);
        routes.MapPost(One + ":retry", RetryEndpoint.PostAsync).WithTags("Runs").WithName("retryRun")
            .WithSummary("Run again from a step, a job or the start")
            .WithDescription(
                """
                Makes a new run of the same work order with the newest version of the workflow. It starts from the job of the
                step, with that step's input; steps that cannot follow that job are not executed again and belong to the new
                run as `reused`. Without a body, or with `{}`, it starts where the run started. A work order has one
                unfinished run at most, and of several retries at once one is taken.
                """)
            .Accepts<RetryRequest>(isOptional: true, "application/json", "*/*")
            .Produces<AcceptedWorkOrder>(StatusCodes.Status202Accepted)
            .WithBodyProblems().WithCommandProblems()
            .WithProblems(
                ProblemKinds.NotFound, ProblemKinds.WorkOrderUnfinished, ProblemKinds.TooManyRuns, ProblemKinds.WorkflowDeleted,
                ProblemKinds.JobGone, ProblemKinds.DataclipWiped);
        routes.MapGet(One + "/logs", LogEndpoint.GetAsync).WithTags("Runs").WithName("listLogs")
            .WithSummary("Read a run's log in pages, or follow it")
            .WithDescription(
                "With `Accept: text/event-stream` the stored lines come first, then new ones as they are stored; " +
                "an `end` event with the run's state is the last.")
            .Produces<Page<LogLineView>>(StatusCodes.Status200OK, "application/json", LogStream.MediaType)
            .DisableRequestTimeout()
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter, ProblemKinds.Overloaded, ProblemKinds.AuditUnavailable);
    }

    private static async Task<Results<Ok<Page<RunView>>, Problem>> ListAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        [AsParameters] HistoryRequest history,
        HttpContext context,
        ProjectQueries projects,
        RunQueries runs,
        HistoryLists lists,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (history.Check<RunStatus>(context.Access(), out var filter, out var search) is { } bad) return bad;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        if (search is not null)
        {
            var found = await lists.RunsAsync(projectId, filter, search, after, page.Shown, cancellationToken);
            return TypedResults.Ok(HistoryLists.Page(found, RunView.Of));
        }

        var rows = await runs.PageAsync(projectId, filter, after, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, RunView.Of, static row => new TimeCursor(row.CreatedAt, row.Id)));
    }

    private static async Task<Results<Ok<RunView>, Problem>> GetAsync(
        Guid runId, RunQueries runs, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(runId, cancellationToken) is not { } row) return Problem.Of(ProblemKinds.NotFound);
        if (row.Unreadable is Unreadable.IntegrityError) return Problem.Of(ProblemKinds.IntegrityError);
        var steps = await runs.StepsAsync(runId, cancellationToken);
        return TypedResults.Ok(RunView.Of(row, [.. steps.Select(StepView.Of)]));
    }

    private static async Task<Results<Ok<Page<StepView>>, Problem>> StepsAsync(
        Guid runId, RunQueries runs, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(runId, cancellationToken) is null) return Problem.Of(ProblemKinds.NotFound);
        var steps = await runs.StepsAsync(runId, cancellationToken);
        return TypedResults.Ok(new Page<StepView>([.. steps.Select(StepView.Of)], null));
    }

    private static async Task<Results<Ok<RunView>, Problem>> CancelAsync(
        Guid runId, RunCancels cancels, RunQueries runs, CancellationToken cancellationToken) =>
        await cancels.CancelAsync(runId, cancellationToken) is { } problem
            ? problem
            : await GetAsync(runId, runs, cancellationToken);
}
