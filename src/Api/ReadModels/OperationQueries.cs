using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class OperationRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public string Kind { get; init; } = "";
    public string RetryFrom { get; init; } = "";
    public string Target { get; init; } = "";

    /// <summary>JSON as UTF-8; null for an operation with ids, and if it is <see cref="Unreadable"/>.</summary>
    public byte[]? Filter { get; set; }

    public Unreadable? Unreadable { get; set; }

    public string Status { get; init; } = "";
    public long Found { get; init; }
    public long Done { get; init; }
    public long Refused { get; init; }
    public long Failed { get; init; }

    /// <summary>JSON array.</summary>
    public string Refusals { get; init; } = "[]";

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Of who asked for it; null for all.</summary>
    public string? Environments { get; init; }
}

/// <summary>A bulk operation that is under way.</summary>
internal sealed class RunningOperation
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
}

internal sealed class OperationQueries(IReadStore store, SealedReads reads)
{
    private const string Columns = """
        select id, project_id, kind, retry_from, target, filter, status, found, done, refused, failed, refusals,
               created_at, updated_at, finished_at, environments
        from bulk_operations
        """;

    public async Task<OperationRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = await store.FindAsync<OperationRow>($"{Columns} where id = @id", new { id }, cancellationToken);
        if (row is not null) await OpenAsync(row, cancellationToken);
        return row;
    }

    /// <summary>Newest first.</summary>
    public async Task<List<OperationRow>> PageAsync(
        Guid projectId, TimeCursor? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync<OperationRow>(
            $"""
            {Columns} where project_id = @projectId {(after is null ? "" : "and (created_at, id) < (@At, @Id)")}
            order by created_at desc, id desc limit @limit
            """,
            new { projectId, At = after?.At ?? default, Id = after?.Id ?? default, limit },
            cancellationToken);
        foreach (var row in rows) await OpenAsync(row, cancellationToken);
        return rows;
    }

    public async Task<long> CountRunningAsync(Guid projectId, CancellationToken cancellationToken) =>
        await store.FindAsync<long>(
            "select count(*) from bulk_operations where project_id = @projectId and status = 'running'",
            new { projectId },
            cancellationToken);

    /// <summary>Those under way in any of the shards, in the order of their ids.</summary>
    public Task<List<RunningOperation>> RunningAsync(
        IReadOnlyCollection<int> shards, Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<RunningOperation>(
            $"""
            select id, project_id from bulk_operations
            where status = 'running' and id > @after and shard in ({(shards.Count == 0 ? "-1" : string.Join(',', shards))})
            order by id limit @limit
            """,
            new { after, limit },
            cancellationToken);

    private async ValueTask OpenAsync(OperationRow row, CancellationToken cancellationToken) =>
        (row.Filter, row.Unreadable) = await reads.TryOpenAsync(Tables.BulkOperations, "filter", [row.Id], row.Filter, cancellationToken);
}
