using Actors.Operations;
using Api.Access;
using Api.Json;
using Api.ReadModels;

namespace Api.Operations;

/// <summary>What shall be done, and to what: exactly one of filter, work orders or runs.</summary>
/// <param name="From">Of retries: where they start; the start unless given.</param>
/// <param name="WorkOrderIds">At most 1,000. The newest run of each is meant.</param>
/// <param name="RunIds">At most 1,000.</param>
internal sealed record NewOperation(
    OperationKind Kind, RetryFrom? From, NewOperationFilter? Filter, IReadOnlyList<Guid>? WorkOrderIds, IReadOnlyList<Guid>? RunIds);

/// <summary>Work orders as their list filters them, as they are when the operation comes to them. All of the project unless
/// given; never those created after the operation.</summary>
internal sealed record NewOperationFilter(
    IReadOnlyList<string>? State,
    Guid? Workflow,
    Guid? Trigger,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string? Search,
    IReadOnlyList<string>? SearchIn,
    IReadOnlyList<string>? Environment = null);

/// <param name="Target"><c>work_orders</c> or <c>runs</c>: what the numbers count.</param>
/// <param name="Found">Those that the operation came to so far.</param>
/// <param name="Refused">Left as they are because of a rule; the first 100 are in <paramref name="Refusals"/>.</param>
/// <param name="Environments">Of who asked for it, and so all that it touches; absent for all.</param>
/// <param name="Filter">Absent, as the refusals are, for who may not see all of its environments: they get the figures.</param>
/// <param name="Failed">Left as they are because the cluster could not do it in time.</param>
/// <param name="Unreadable">Why its filter is missing although it had one.</param>
internal sealed record OperationView(
    Guid Id,
    Guid ProjectId,
    OperationKind Kind,
    RetryFrom? From,
    OperationTarget Target,
    RawJson? Filter,
    OperationStatus State,
    long Found,
    long Done,
    long Refused,
    long Failed,
    RawJson? Refusals,
    IReadOnlyList<string>? Environments,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? FinishedAt,
    Unreadable? Unreadable = null)
{
    public static OperationView Of(OperationRow row, RequestAccess access)
    {
        // A filter may hold what was looked for in another environment, and refusals name its runs.
        var environments = EnvironmentNames.Read(row.Environments);
        var isWhole = access.Covers(environments);
        var kind = Words.Parse<OperationKind>(row.Kind);
        return new OperationView(
            row.Id,
            row.ProjectId,
            kind,
            kind == OperationKind.Retry ? Words.Parse<RetryFrom>(row.RetryFrom) : null,
            Words.Parse<OperationTarget>(row.Target),
            row.Filter is { } filter && isWhole ? new RawJson(filter) : null,
            Words.Parse<OperationStatus>(row.Status),
            row.Found,
            row.Done,
            row.Refused,
            row.Failed,
            isWhole ? Json(row.Refusals) : null,
            environments?.Names,
            row.CreatedAt,
            row.UpdatedAt,
            row.FinishedAt,
            row.Unreadable);
    }

    private static RawJson Json(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));
}
