using System.Collections.Immutable;
using Actors.Runs;
using Api.Access;
using Api.Documentation;
using Api.Intake;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Dataclips;

/// <summary>An input that a job was lately executed with.</summary>
/// <param name="Size">Bytes of the body.</param>
/// <param name="CreatedAt">Of the dataclip.</param>
/// <param name="Name">Absent for most.</param>
/// <param name="RunId">The newest run whose step took it.</param>
/// <param name="ExitReason">How that step ended; absent while it runs.</param>
internal sealed record LatestInput(
    Guid DataclipId, DataclipType Type, long Size, DateTimeOffset CreatedAt, Guid RunId, DateTimeOffset StartedAt, ExitReason? ExitReason,
    string? Name)
{
    public static LatestInput Of(LatestInputRow row) =>
        new(
            row.DataclipId,
            Words.Parse<DataclipType>(row.Type),
            row.Size,
            row.CreatedAt,
            row.RunId,
            row.StartedAt,
            row.ExitReason is { } reason ? Words.Parse<ExitReason>(reason) : null,
            row.Name);
}

internal static class LatestInputEndpoint
{
    private const int Shown = 5;

    /// <summary>Work orders that are looked through: a few first, as they mostly do.</summary>
    private static readonly int[] LookBack = [50, 1_000];

    public static void MapLatestInputs(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/projects/{projectId:guid}/workflows/{workflowId:guid}/jobs/{job}/latest-inputs", GetAsync)
            .WithTags("Dataclips").WithName("listLatestInputs")
            .WithSummary("List the five latest inputs of a job, newest first")
            .WithDescription(
                "The job by name or id. They are looked for in the newest 1,000 work orders of the workflow. An input can be "
                + "given to a new work order as `inputDataclipId`.")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.StoresNothing);

    private static async Task<Results<Ok<Page<LatestInput>>, Problem>> GetAsync(
        Guid projectId, Guid workflowId, string job, HttpContext context, WorkflowIndex index, LatestInputQueries inputs, CancellationToken cancellationToken)
    {
        if (index.Workflow(workflowId) is not { } workflow || workflow.ProjectId != projectId) return Problem.Of(ProblemKinds.NotFound);
        var known = workflow.Jobs.FirstOrDefault(known => known.Name == job || known.Id.ToString() == job);
        if (known == default) return Problem.Of(ProblemKinds.NotFound);
        if (index.ShareOf(projectId).StoresNothing) return Problem.Of(ProblemKinds.StoresNothing);

        var environments = context.Access().Environments?.ToImmutableArray();
        List<LatestInputRow> found = [];
        foreach (var orders in LookBack)
        {
            var rows = await inputs.OfJobAsync(projectId, workflowId, known.Id, environments, orders, cancellationToken);
            found = [.. rows.DistinctBy(static row => row.DataclipId).Take(Shown)];
            if (found.Count == Shown) break;
        }

        return TypedResults.Ok(new Page<LatestInput>([.. found.Select(LatestInput.Of)], null));
    }
}
