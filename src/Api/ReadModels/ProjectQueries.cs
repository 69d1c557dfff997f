using Cluster.Journal;
using Dapper;

namespace Api.ReadModels;

internal sealed class ProjectRow
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string? Description { get; init; }
    public int? Concurrency { get; init; }
    public long Version { get; init; }
    public int Weight { get; init; }
    public int? RunTimeoutMs { get; init; }
    public int? RunMemoryMb { get; init; }
    public int? PayloadMb { get; init; }
    public int? WebhooksPerSecond { get; init; }
    public int? SoftWaitingRuns { get; init; }
    public int? HardWaitingRuns { get; init; }

    /// <summary>Null for a project of before there were members.</summary>
    public Guid? OwnerId { get; init; }
    public bool RequiresMfa { get; init; }
    public string RetentionPolicy { get; init; } = "";
    public int? HistoryRetentionDays { get; init; }
    public int? DataclipRetentionDays { get; init; }
    public string Environments { get; init; } = "";
    public Guid? OfferedTo { get; init; }
    public DateTimeOffset? OfferExpiresAt { get; init; }

    /// <summary>See <see cref="EgressRows"/>.</summary>
    public string? EgressHosts { get; init; }

    /// <summary>See <see cref="HoldRows"/>.</summary>
    public string? HoldReason { get; init; }
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>When it is deleted for good; null unless somebody asked for that.</summary>
    public DateTimeOffset? PurgeAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class ProjectQueries(IReadStore store)
{
    private const string Columns = """
        select id, name, description, concurrency, version, created_at, updated_at,
               weight, run_timeout_ms, run_memory_mb, payload_mb, webhooks_per_second, soft_waiting_runs, hard_waiting_runs,
               owner_id, requires_mfa, retention_policy, history_retention_days, dataclip_retention_days, environments,
               offered_to, offer_expires_at, purge_at, egress_hosts, legal_holds.reason as hold_reason, held_since
        from projects left join project_egress on project_egress.project_id = projects.id
             left join legal_holds on legal_holds.project_id = projects.id
        """;

    public Task<ProjectRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<ProjectRow>($"{Columns} where id = @id", new { id }, cancellationToken);

    public Task<List<ProjectRow>> PageAsync(NameCursor? after, int limit, CancellationToken cancellationToken) =>
        after is null
            ? store.ListAsync<ProjectRow>($"{Columns} order by name, id limit @limit", new { limit }, cancellationToken)
            : store.ListAsync<ProjectRow>(
                $"{Columns} where (name, id) > (@Name, @Id) order by name, id limit @limit",
                new { after.Name, after.Id, limit },
                cancellationToken);

    /// <summary>Those that a user is in.</summary>
    /// <param name="within">None but these; null for all.</param>
    public Task<List<ProjectRow>> PageOfUserAsync(
        Guid userId, IReadOnlyCollection<Guid>? within, NameCursor? after, int limit, CancellationToken cancellationToken)
    {
        // One parameter each: a list of ids is not stored as ids are.
        var arguments = new DynamicParameters(new { userId, Name = after?.Name ?? "", Id = after?.Id ?? Guid.Empty, limit });
        var names = within?.Select((id, i) =>
        {
            arguments.Add($"p{i}", id);
            return $"@p{i}";
        });
        return store.ListAsync<ProjectRow>(
            $"""
            {Columns} where id in (select project_id from project_members where user_id = @userId)
            {(names is null ? "" : $"and id in ({string.Join(',', names.DefaultIfEmpty("null"))})")}
            {(after is null ? "" : "and (name, id) > (@Name, @Id)")} order by name, id limit @limit
            """,
            arguments,
            cancellationToken);
    }

    /// <summary>Projects whose runs share the cluster in a way of their own, in the order of their ids.</summary>
    public Task<List<ProjectRow>> SharingAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<ProjectRow>(
            $"""
            {Columns}
            where id > @after and (concurrency is not null or weight <> 1
              or run_timeout_ms is not null or run_memory_mb is not null or payload_mb is not null
              or webhooks_per_second is not null or soft_waiting_runs is not null or hard_waiting_runs is not null
              or environments <> 'main' or retention_policy <> 'retain_all' or purge_at is not null or egress_hosts is not null)
            order by id limit @limit
            """,
            new { after, limit },
            cancellationToken);

    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync<long?>("select 1 from projects where id = @id", new { id }, cancellationToken) is not null;
}
