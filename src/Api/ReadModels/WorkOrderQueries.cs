using System.Text;
using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class WorkOrderRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public Guid WorkflowId { get; init; }
    public int WorkflowVersion { get; init; }
    public Guid? TriggerId { get; init; }
    public Guid? DataclipId { get; init; }
    public string State { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastActivity { get; init; }
}

/// <summary>Narrows a list of work orders or runs. All are optional and combined with "and".</summary>
/// <param name="From">Created at or after.</param>
/// <param name="To">Created before.</param>
internal sealed record HistoryFilter(string? State, Guid? WorkflowId, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>The <c>where</c> clause of a page of a project's history, newest first.</summary>
    /// <param name="stateColumn"><c>state</c> or <c>status</c>.</param>
    public string Where(string stateColumn, TimeCursor? after)
    {
        var where = new StringBuilder(" where project_id = @ProjectId");
        if (after is not null) where.Append(" and (created_at, id) < (@At, @Id)");
        if (State is not null) where.Append(" and ").Append(stateColumn).Append(" = @State");
        if (WorkflowId is not null) where.Append(" and workflow_id = @WorkflowId");
        if (From is not null) where.Append(" and created_at >= @From");
        if (To is not null) where.Append(" and created_at < @To");
        return where.Append(" order by created_at desc, id desc limit @Limit").ToString();
    }

    public object Arguments(Guid projectId, TimeCursor? after, int limit) => new
    {
        ProjectId = projectId,
        At = after?.At ?? default,
        Id = after?.Id ?? Guid.Empty,
        State,
        WorkflowId = WorkflowId ?? Guid.Empty,
        From = From ?? default,
        To = To ?? default,
        Limit = limit,
    };
}

internal sealed class WorkOrderQueries(IReadStore store)
{
    private const string Columns =
        "select id, project_id, workflow_id, workflow_version, trigger_id, dataclip_id, state, created_at, last_activity from work_orders";

    public Task<WorkOrderRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<WorkOrderRow>($"{Columns} where id = @id", new { id }, cancellationToken);

    public Task<List<WorkOrderRow>> PageAsync(
        Guid projectId, HistoryFilter filter, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<WorkOrderRow>(
            Columns + filter.Where("state", after), filter.Arguments(projectId, after, limit), cancellationToken);
}
