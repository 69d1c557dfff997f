using System.Text;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>Narrows the trail. All are optional and combined with "and".</summary>
/// <param name="Action">The action, or how it begins.</param>
/// <param name="From">At or after.</param>
/// <param name="To">Before.</param>
internal sealed record AuditFilter(
    Guid? ProjectId = null, Guid? ActorId = null, string? Action = null, Guid? ItemId = null, string? Outcome = null,
    DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>Conditions on the entries <c>e</c>, each behind an "and".</summary>
    public string Where()
    {
        var text = new StringBuilder();
        if (ProjectId is not null) text.Append(" and e.project_id = @ProjectId");
        if (ActorId is not null) text.Append(" and e.actor_id = @ActorId");
        if (ItemId is not null) text.Append(" and e.item_id = @ItemId");
        if (Action is not null) text.Append(" and substr(e.action, 1, length(@Action)) = @Action");
        if (Outcome is not null) text.Append(" and e.outcome = @Outcome");
        if (From is not null) text.Append(" and e.at >= @From");
        if (To is not null) text.Append(" and e.at < @To");
        return text.ToString();
    }
}

/// <summary>The trail, for whoever reads it.</summary>
internal sealed class AuditQueries(IReadStore store)
{
    private const string Columns = ChainQueries.EntryColumns + ", c.position, c.hash";

    /// <summary>Newest first.</summary>
    public Task<List<AuditRow>> PageAsync(AuditFilter filter, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<AuditRow>(
            $"""
            select {Columns} from audit_entries e left join audit_chain c on c.entry_id = e.id
            where 1 = 1{filter.Where()} {(after is null ? "" : "and (e.at, e.id) < (@AfterAt, @AfterId)")}
            order by e.at desc, e.id desc limit @Limit
            """,
            Arguments(filter, after, limit),
            cancellationToken);

    /// <summary>A stretch of the chain, in its order.</summary>
    public Task<List<AuditRow>> ChainedAsync(AuditFilter filter, long after, long upTo, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<AuditRow>(
            $"""
            select {Columns} from audit_chain c join audit_entries e on e.id = c.entry_id
            where c.position > @After and c.position <= @UpTo{filter.Where()} order by c.position limit @Limit
            """,
            Arguments(filter, null, limit, after, upTo),
            cancellationToken);

    /// <summary>What came since a position, with what waits to be chained, as of one moment.</summary>
    public Task<List<AuditRow>> RestAsync(AuditFilter filter, long after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<AuditRow>(
            $"""
            select {Columns} from audit_chain c join audit_entries e on e.id = c.entry_id where c.position > @After{filter.Where()}
            union all
            select {ChainQueries.EntryColumns}, null, null from audit_pending p join audit_entries e on e.id = p.entry_id
            where not exists (select 1 from audit_chain c where c.entry_id = e.id){filter.Where()}
            limit @Limit
            """,
            Arguments(filter, null, limit, after),
            cancellationToken);

    /// <summary>The last position that is stored.</summary>
    public async Task<long> EndAsync(CancellationToken cancellationToken) =>
        await store.FindAsync<long?>("select max(position) from audit_chain", null, cancellationToken) ?? 0;

    private static object Arguments(AuditFilter filter, TimeCursor? cursor, int limit, long after = 0, long upTo = 0) => new
    {
        ProjectId = filter.ProjectId ?? default,
        ActorId = filter.ActorId ?? default,
        ItemId = filter.ItemId ?? default,
        Action = filter.Action ?? "",
        Outcome = filter.Outcome ?? "",
        From = filter.From ?? default,
        To = filter.To ?? default,
        AfterAt = cursor?.At ?? default,
        AfterId = cursor?.Id ?? default,
        After = after,
        UpTo = upTo,
        Limit = limit,
    };
}
