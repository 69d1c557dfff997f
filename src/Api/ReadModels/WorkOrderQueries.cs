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
    public bool Matches { get; set; }
}

internal sealed class WorkOrderQueries(IReadStore store, SealedReads reads)
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
        var page = await PageAsync(projectId, filter, after, limit, cancellationToken);
        var found = await new TextScan(store, reads).MatchesAsync(
            search, [.. page.Select(static row => (row.Id, row.DataclipId))], "work_order_id", cancellationToken);
        foreach (var row in page) row.Matches = found.Contains(row.Id);
        return page;
    }
}
