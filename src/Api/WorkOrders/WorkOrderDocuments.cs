using System.Text.Json;
using Actors.WorkOrders;
using Api.Problems;
using Api.ReadModels;
using Api.Runs;

namespace Api.WorkOrders;

/// <param name="WorkflowId">A workflow of the project.</param>
/// <param name="Input">Any JSON; an empty object unless given.</param>
/// <param name="StartJob">Name or id of the job to start from; the trigger's place unless given.</param>
/// <param name="IdempotencyKey">As the header <c>Idempotency-Key</c>; the only way in a bulk. 1 to 255 visible ASCII characters.</param>
/// <param name="InputDataclipId">A dataclip of the project, in place of the input; one of a webhook is handed out with its request.</param>
/// <param name="OnlyStartJob">Runs the start job alone, nothing behind it.</param>
/// <param name="Environment">One of the project's; its first unless given.</param>
internal sealed record NewWorkOrder(
    Guid WorkflowId, JsonElement Input, string? StartJob, string? IdempotencyKey, Guid? InputDataclipId, bool? OnlyStartJob,
    string? Environment);

internal sealed record AcceptedWorkOrder(Guid WorkOrderId, Guid RunId);

/// <summary>The answer to one line of a bulk; either the ids or the problem.</summary>
/// <param name="Line">Number of the input line, from 1.</param>
internal sealed record BulkLine(long Line, Guid? WorkOrderId, Guid? RunId, ProblemDocument? Problem);

internal sealed record WorkOrderView(
    Guid Id,
    Guid ProjectId,
    Guid WorkflowId,
    int WorkflowVersion,
    string Environment,
    Guid? TriggerId,
    Guid? DataclipId,
    WorkOrderState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastActivity,
    IReadOnlyList<RunView>? Runs)
{
    public static WorkOrderView Of(WorkOrderRow row) => Of(row, null);

    /// <param name="runs">Absent in lists.</param>
    public static WorkOrderView Of(WorkOrderRow row, IReadOnlyList<RunView>? runs) =>
        new(
            row.Id,
            row.ProjectId,
            row.WorkflowId,
            row.WorkflowVersion,
            EnvironmentNames.Shown(row.Environment),
            row.TriggerId,
            row.DataclipId,
            Words.Parse<WorkOrderState>(row.State),
            row.CreatedAt,
            row.LastActivity,
            runs);
}
