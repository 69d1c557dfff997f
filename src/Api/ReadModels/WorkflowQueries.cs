using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class WorkflowRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public string Name { get; init; } = "";
    public int Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null in lists.</summary>
    public byte[]? Definition { get; init; }

    /// <summary>Since when the cron trigger fires as it does now; null in lists.</summary>
    public DateTimeOffset? ScheduledSince { get; init; }
}

internal sealed class WorkflowVersionRow
{
    public Guid WorkflowId { get; init; }
    public Guid ProjectId { get; init; }
    public int Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null in lists.</summary>
    public byte[]? Definition { get; init; }
}

internal sealed class WorkflowQueries(IReadStore store)
{
    private const string Columns = "w.id, w.project_id, w.name, w.version, w.created_at, w.updated_at";

    private const string WithDefinition = $"""
        select {Columns}, v.definition, t.scheduled_since
        from workflows w join workflow_versions v on v.workflow_id = w.id and v.version = w.version
        left join triggers t on t.workflow_id = w.id
        """;

    public Task<WorkflowRow?> FindAsync(Guid projectId, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<WorkflowRow>(
            $"{WithDefinition} where w.id = @id and w.project_id = @projectId", new { id, projectId }, cancellationToken);

    public Task<List<WorkflowRow>> PageAsync(Guid projectId, NameCursor? after, int limit, CancellationToken cancellationToken) =>
        after is null
            ? store.ListAsync<WorkflowRow>(
                $"select {Columns} from workflows w where project_id = @projectId order by name, id limit @limit",
                new { projectId, limit },
                cancellationToken)
            : store.ListAsync<WorkflowRow>(
                $"""
                select {Columns} from workflows w
                where project_id = @projectId and (name, id) > (@Name, @Id) order by name, id limit @limit
                """,
                new { projectId, after.Name, after.Id, limit },
                cancellationToken);

    public Task<WorkflowVersionRow?> FindVersionAsync(
        Guid projectId, Guid workflowId, int version, CancellationToken cancellationToken) =>
        store.FindAsync<WorkflowVersionRow>(
            """
            select workflow_id, project_id, version, created_at, definition from workflow_versions
            where workflow_id = @workflowId and version = @version and project_id = @projectId
            """,
            new { projectId, workflowId, version },
            cancellationToken);

    /// <summary>Newest first, those before <paramref name="before"/>.</summary>
    public Task<List<WorkflowVersionRow>> VersionsAsync(
        Guid projectId, Guid workflowId, int before, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<WorkflowVersionRow>(
            """
            select workflow_id, project_id, version, created_at from workflow_versions
            where workflow_id = @workflowId and project_id = @projectId and version < @before
            order by version desc limit @limit
            """,
            new { projectId, workflowId, before, limit },
            cancellationToken);

    /// <summary>Whether another project has, or had, a workflow of that id; or another workflow a trigger of that id.</summary>
    public async Task<bool> IsForeignAsync(
        Guid projectId, Guid workflowId, Guid? triggerId, CancellationToken cancellationToken) =>
        await store.FindAsync<long?>(
            """
            select 1 from workflow_versions where workflow_id = @workflowId and project_id <> @projectId
            union all
            select 1 from triggers where id = @TriggerId and workflow_id <> @workflowId
            limit 1
            """,
            new { projectId, workflowId, TriggerId = triggerId ?? Guid.Empty },
            cancellationToken) is not null;

    /// <summary>All present workflows in pages, for the index that intake answers from.</summary>
    public Task<List<WorkflowRow>> AllAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<WorkflowRow>(
            $"{WithDefinition} where w.id > @after order by w.id limit @limit", new { after, limit }, cancellationToken);

    /// <summary>As <see cref="AllAsync"/> without the definitions.</summary>
    public Task<List<WorkflowRow>> AllVersionsAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<WorkflowRow>(
            $"select {Columns} from workflows w where w.id > @after order by w.id limit @limit", new { after, limit }, cancellationToken);
}
