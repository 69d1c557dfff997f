using System.Collections.Immutable;
using Actors.Operations;
using Api.History;
using Api.Json;
using Api.ReadModels;

namespace Api.Operations;

/// <param name="Next">Null if nothing follows.</param>
internal sealed record OperationPage(ImmutableArray<Guid> Items, string? Next);

/// <summary>Finds what an operation comes to next.</summary>
internal sealed class OperationPages(WorkOrderQueries orders, HistoryLists lists)
{
    public Task<OperationPage> ReadAsync(OperationState state, CancellationToken cancellationToken)
    {
        var plan = state.Plan!;
        return plan.Filter is { } filter
            ? FilteredAsync(plan, filter, state.Next, cancellationToken)
            : Task.FromResult(Listed(plan.Ids, (int)state.Found));
    }

    private static OperationPage Listed(ImmutableArray<Guid> ids, int from)
    {
        var items = ids[from..Math.Min(ids.Length, from + OperationState.PageSize)];
        return new OperationPage(items, from + items.Length < ids.Length ? "more" : null);
    }

    private async Task<OperationPage> FilteredAsync(
        OperationPlan plan, OperationFilter given, string? next, CancellationToken cancellationToken)
    {
        TimeCursor.TryRead(next, out var after);
        var filter = new HistoryFilter
        {
            States = given.States,
            WorkflowId = given.WorkflowId,
            TriggerId = given.TriggerId,
            From = given.From,
            To = given.To,

            // Those that are asked for are among those that are allowed: that was checked when the operation was asked for.
            Environments = (given.Environments ?? plan.Environments)?.Names,
        };
        SearchRequest.Check(given.Search, given.SearchIn, out var search);
        if (search is not null)
        {
            var found = await lists.OrdersAsync(plan.ProjectId, filter, search, after, OperationState.PageSize, cancellationToken)
                .ConfigureAwait(false);
            return new OperationPage([.. found.Found.Select(static row => row.Id)], found.Next?.ToString());
        }

        var rows = await orders.PageAsync(plan.ProjectId, filter, after, OperationState.PageSize + 1, cancellationToken)
            .ConfigureAwait(false);
        var items = rows.Take(OperationState.PageSize).ToList();
        var last = rows.Count > items.Count ? items[^1] : null;
        return new OperationPage(
            [.. items.Select(static row => row.Id)],
            last is null ? null : new TimeCursor(last.CreatedAt, last.Id).ToString());
    }
}
