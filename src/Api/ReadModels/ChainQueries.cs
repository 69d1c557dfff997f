using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>The audit chain, for whoever extends and whoever checks it.</summary>
internal sealed class ChainQueries(IReadStore store)
{
    public const string EntryColumns =
        "e.id, e.at, e.actor_kind, e.actor_id, e.via, e.token_id, e.address, e.request_id, e.action, e.outcome, e.project_id, "
        + "e.item_type, e.item_id, e.details, e.mac";

    /// <summary>Entries that wait, the oldest first.</summary>
    public Task<List<PendingRow>> PendingAsync(int limit, CancellationToken cancellationToken) =>
        store.ListAsync<PendingRow>(
            """
            select p.at as pending_at, p.entry_id, min(c.position) as chained_at
            from (select at, entry_id from audit_pending order by at, entry_id limit @limit) p
            left join audit_chain c on c.entry_id = p.entry_id
            group by p.at, p.entry_id order by p.at, p.entry_id
            """,
            new { limit },
            cancellationToken);

    public Task<List<AuditRow>> EntriesAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        store.ListAsync<AuditRow>($"select {EntryColumns} from audit_entries e where e.id in @ids", new { ids = new IdList(ids) }, cancellationToken);

    public Task<List<LinkRow>> LinksAsync(long after, long upTo, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<LinkRow>(
            """
            select position, entry_id, verdict, hash, mac from audit_chain
            where position > @after and position <= @upTo order by position limit @limit
            """,
            new { after, upTo, limit },
            cancellationToken);

    /// <summary>Entries of a stretch of the chain, each with its position.</summary>
    public Task<List<AuditRow>> ChainedAsync(long after, long upTo, CancellationToken cancellationToken) =>
        store.ListAsync<AuditRow>(
            $"""
            select {EntryColumns}, c.position from audit_chain c join audit_entries e on e.id = c.entry_id
            where c.position > @after and c.position <= @upTo
            """,
            new { after, upTo },
            cancellationToken);

    /// <summary>Entries that are neither chained nor wait to be.</summary>
    public Task<List<AuditRow>> StrayAsync(int limit, CancellationToken cancellationToken) =>
        store.ListAsync<AuditRow>(
            $"""
            select {EntryColumns} from audit_entries e
            where not exists (select 1 from audit_chain c where c.entry_id = e.id)
            and not exists (select 1 from audit_pending p where p.at = e.at and p.entry_id = e.id)
            limit @limit
            """,
            new { limit },
            cancellationToken);

    public Task<List<CheckpointRow>> CheckpointsAsync(long after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<CheckpointRow>(
            """
            select number, position, head, at, key_id, signature from audit_checkpoints
            where number > @after order by number limit @limit
            """,
            new { after, limit },
            cancellationToken);
}
