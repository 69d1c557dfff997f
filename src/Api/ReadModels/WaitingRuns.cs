using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>A run that waits for a worker, as the ready queue needs it.</summary>
internal sealed class WaitingRun
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public Guid WorkflowId { get; init; }
    public int Priority { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An attempt that a worker held when this was read.</summary>
internal sealed class HeldRun
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public Guid WorkflowId { get; init; }
    public int Attempt { get; init; }
    public string? Worker { get; init; }
    public string Status { get; init; } = "";
}

/// <summary>Position in a project's waiting runs: most urgent first, then oldest.</summary>
internal sealed record WaitingCursor(int Priority, DateTimeOffset CreatedAt, Guid Id)
{
    public static WaitingCursor After(WaitingRun run) => new(run.Priority, run.CreatedAt, run.Id);
}

/// <summary>What the ready queue and the leases read from the store, always in pages.</summary>
internal sealed class WaitingRuns(IReadStore store)
{
    private const string Columns = "select id, project_id, workflow_id, priority, created_at from runs";

    /// <summary>Projects that have waiting runs, in the order of their ids.</summary>
    public Task<List<Guid>> ProjectsAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            """
            select distinct project_id from runs
            where status = 'available' and project_id > @after order by project_id limit @limit
            """,
            new { after, limit },
            cancellationToken);

    public Task<List<WaitingRun>> AvailableAsync(
        Guid projectId, WaitingCursor? after, int limit, CancellationToken cancellationToken)
    {
        var condition = after is null ? "" : "and (priority, created_at, id) > (@Priority, @CreatedAt, @Id)";
        return store.ListAsync<WaitingRun>(
            $"""
            {Columns} where status = 'available' and project_id = @projectId {condition}
            order by priority, created_at, id limit @limit
            """,
            new
            {
                projectId,
                Priority = after?.Priority ?? 0,
                CreatedAt = after?.CreatedAt ?? default,
                Id = after?.Id ?? Guid.Empty,
                limit,
            },
            cancellationToken);
    }

    /// <summary>Claimed and started runs of a shard in the order of their ids.</summary>
    public Task<List<HeldRun>> HeldAsync(int shard, Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<HeldRun>(
            """
            select id, project_id, workflow_id, attempt, worker, status from runs
            where shard = @shard and status in ('available', 'claimed', 'started') and status <> 'available' and id > @after
            order by id limit @limit
            """,
            new { shard, after, limit },
            cancellationToken);

    /// <summary>Claimed and started runs of all shards: what one node recovers its leases from.</summary>
    public Task<List<HeldRun>> HeldAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<HeldRun>(
            """
            select id, project_id, workflow_id, attempt, worker, status from runs
            where status in ('available', 'claimed', 'started') and status <> 'available' and id > @after
            order by id limit @limit
            """,
            new { after, limit },
            cancellationToken);
}
