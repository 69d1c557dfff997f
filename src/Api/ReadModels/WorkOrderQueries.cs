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

    /// <summary>Null for main.</summary>
    public string? Environment { get; init; }

    /// <summary>Of a search: the text was found in a body or log line.</summary>
    public bool Matches { get; init; }
}

internal sealed class WorkOrderQueries(IReadStore store)
{
    private const string Columns = """
        w.id, w.project_id, w.workflow_id, w.workflow_version, w.trigger_id, w.dataclip_id, w.state, w.created_at, w.last_activity,
        w.environment
        """;

    public Task<WorkOrderRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<WorkOrderRow>($"select {Columns} from work_orders w where w.id = @id", new { id }, cancellationToken);

    public Task<List<WorkOrderRow>> PageAsync(
        Guid projectId, HistoryFilter filter, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<WorkOrderRow>(
            filter.WorkOrders(Columns, after), filter.Arguments(projectId, after, limit), cancellationToken);

    /// <summary>As <see cref="PageAsync"/>, each row with whether it has the text.</summary>
    public async Task<List<WorkOrderRow>> SearchAsync(
        Guid projectId, HistoryFilter filter, TextSearch search, TimeCursor? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken);
        var page = filter.WorkOrders(Columns, after);
        var sql = search.Match(connection, page, "dataclip_id", "r.work_order_id = c.id");
        return await connection.ListAsync<WorkOrderRow>(
            sql, search.Complete(filter.Arguments(projectId, after, limit)), cancellationToken);
    }
}
