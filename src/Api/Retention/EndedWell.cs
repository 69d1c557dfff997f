using Api.ReadModels;
using Cluster.Journal;
using Cluster.Sharding;
using Dapper;

namespace Api.Retention;

/// <summary>A run under <c>retain_with_errors</c> that succeeded.</summary>
internal sealed class EndedWellRow
{
    public Guid Id { get; init; }
    public int Shard { get; init; }
    public Guid WorkOrderId { get; init; }
}

/// <summary>
/// Wipes what belongs to runs that ended well under the policy <c>retain_with_errors</c>: their bodies and log lines, and their input once no run of
/// their work order needs it or ended otherwise. Each owner does it for its own shards.
/// </summary>
internal sealed class EndedWell(IReadStore store, IRowUpkeep rows, RunClips clips, ShardGate shards, TimeProvider time)
{
    private const int Page = 50;

    /// <summary>Whoever waits for the result has read it by then.</summary>
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(10);

    /// <returns>How many runs were wiped: less than a page if there are no more.</returns>
    public async Task<int> WipeAsync(CancellationToken cancellationToken)
    {
        var due = await store.ListAsync<EndedWellRow>(
            $"""
            select id, shard, work_order_id from runs where wipe_at is not null and wipe_at <= @until and {HoldRows.NotHeld("runs")}
            order by wipe_at limit 1000
            """,
            new { until = time.GetUtcNow() - s_delay },
            cancellationToken);
        var own = due.Where(run => shards.IsOpen(run.Shard)).Take(Page).ToList();
        if (own.Count == 0) return 0;

        var runIds = own.ConvertAll(static run => run.Id);
        var found = await clips.OfAsync(runIds, cancellationToken);
        var statements = new List<UpkeepStatement>
        {
            Wiping.LogLines(runIds),
            Wiping.OfRuns("update runs set wipe_at = null where id in {0}", runIds),
        };
        foreach (var made in found.Where(static clip => !clip.IsInput).Select(static clip => clip.Id).Distinct().Chunk(IdList.Most))
            statements.Add(Wiping.Bodies(made, time.GetUtcNow()));
        if (found.Where(static clip => clip.IsInput).Select(static clip => clip.Id).Distinct().ToList() is { Count: > 0 } inputs)
            statements.Add(Inputs(inputs, own.ConvertAll(static run => run.WorkOrderId)));
        await rows.ChangeAsync(statements, cancellationToken);
        return own.Count;
    }

    /// <summary>An input that came with the order, not one that was stored before it; and not while a run of the order goes on or ended badly.</summary>
    private UpkeepStatement Inputs(List<Guid> inputs, List<Guid> orders)
    {
        var statement = Wiping.Bodies(inputs, time.GetUtcNow(), """
            and exists (
                select 1 from work_orders w where w.dataclip_id = d.id and w.id in {0} and w.created_at <= d.created_at
                and not exists (select 1 from runs o where o.work_order_id = w.id and o.status <> 'success'))
            """);
        var arguments = (DynamicParameters)statement.Arguments!;
        return statement with { Sql = statement.Sql.Replace("{0}", arguments.AddIds("w", [.. orders.Distinct()]), StringComparison.Ordinal) };
    }
}
