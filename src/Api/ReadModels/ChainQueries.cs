using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>The audit chain, for whoever extends and whoever checks it.</summary>
internal sealed class ChainQueries(IReadStore store)
{
    public const string EntryColumns =
        "e.id, e.at, e.actor_kind, e.actor_id, e.via, e.token_id, e.address, e.request_id, e.action, e.outcome, e.project_id, "
        + "e.item_type, e.item_id, e.details, e.mac";

    /// <summary>What waits, the oldest first, each with its entry; in one statement, so that no entry is missed that is there.</summary>
    public Task<List<PendingRow>> PendingAsync(int limit, CancellationToken cancellationToken) =>
        store.ListAsync<PendingRow>(
            $"""
            select p.at as pending_at, p.entry_id, {EntryColumns}, c.position as chained_at
            from (select at, entry_id from audit_pending order by at, entry_id limit @limit) p
            left join audit_entries e on e.id = p.entry_id left join audit_chain c on c.entry_id = p.entry_id
            order by p.at, p.entry_id
            """,
            new { limit },
            cancellationToken);

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

    /// <summary>The last links, whatever the chain's owner says of its end.</summary>
    public Task<List<LinkRow>> LastAsync(int limit, CancellationToken cancellationToken) =>
        store.ListAsync<LinkRow>(
            "select position, entry_id, verdict, hash, mac from audit_chain order by position desc limit @limit",
            new { limit },
            cancellationToken);

    /// <summary>Checkpoints of a stretch of the chain by number, each with the hash that the chain has there.</summary>
    public Task<List<CheckpointRow>> CheckpointsAsync(
        long after, long from, long to, long last, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<CheckpointRow>(
            """
            select k.number, k.position, k.head, k.at, k.key_id, k.signature, c.hash as chain_hash
            from audit_checkpoints k left join audit_chain c on c.position = k.position
            where k.number > @after and k.number <= @last and k.position >= @from and k.position <= @to order by k.number limit @limit
            """,
            new { after, from, to, last, limit },
            cancellationToken);

    /// <summary>The newest first.</summary>
    /// <param name="before">A number; null for the newest.</param>
    public Task<List<CheckpointRow>> CheckpointPageAsync(long? before, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<CheckpointRow>(
            $"""
            select number, position, head, at, key_id, signature from audit_checkpoints
            {(before is null ? "" : "where number < @before")} order by number desc limit @limit
            """,
            new { before = before ?? 0, limit },
            cancellationToken);
}
