using Actors;
using Api.ReadModels;
using Cluster.Journal;
using Dapper;

namespace Api.Retention;

/// <summary>A work order that is to go, with the input it came with.</summary>
internal sealed class OldOrderRow
{
    public Guid Id { get; init; }
    public Guid? DataclipId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// Removes work orders with everything that belongs to them: runs with their journal, steps, log lines and dataclips. What hangs on a row goes
/// before the row, so that a removal that was interrupted is found and finished. A finished run that is still in memory stores nothing any more.
/// </summary>
internal sealed class OrderPurge(IReadStore store, IRowUpkeep rows, RunClips clips, TimeProvider time)
{
    /// <summary>Log lines in one statement: a run may have a million.</summary>
    private const int Lines = 5_000;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <param name="orders">A few: their runs are read at once.</param>
    /// <returns>Rows that were removed.</returns>
    public async Task<long> RemoveAsync(IReadOnlyCollection<OldOrderRow> orders, CancellationToken cancellationToken)
    {
        var removed = 0L;
        foreach (var runs in (await RunsAsync(orders, cancellationToken)).Chunk(IdList.Most))
        {
            var found = await clips.OfAsync(runs, cancellationToken);
            removed += await LinesAsync(runs, cancellationToken);
            removed += await ClipsAsync([.. found.Select(static clip => clip.Id).Distinct()], cancellationToken);
            removed += (await ChangeAsync(
                [
                    Wiping.OfRuns("delete from steps where run_id in {0}", runs),
                    OfJournal("journal", EntityTypes.Run, runs),
                    OfJournal("snapshot", EntityTypes.Run, runs),
                    Wiping.OfRuns("delete from runs where id in {0}", runs),
                ],
                cancellationToken)).Sum();
        }

        removed += await ClipsAsync([.. orders.Select(static order => order.DataclipId).OfType<Guid>().Distinct()], cancellationToken);
        return removed + (await ChangeAsync(
            [Wiping.OfRuns("delete from work_orders where id in {0}", [.. orders.Select(static order => order.Id)])], cancellationToken))[0];
    }

    /// <summary>One that has a name stays, and is written down as left behind.</summary>
    public async Task<long> ClipsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var removed = 0L;
        foreach (var some in ids.Chunk(IdList.Most))
        {
            var changed = await ChangeAsync(
                [
                    Wiping.OfRuns($"delete from dataclips where id in {{0}} and {DataclipNameRows.Unnamed("dataclips")}", some),
                    Wiping.OfRuns(
                        "insert into kept_dataclips (dataclip_id, project_id) select d.id, d.project_id from dataclips d where d.id in {0} on conflict do nothing",
                        some),
                ],
                cancellationToken);
            removed += changed[0];
        }

        return removed;
    }

    /// <summary>What the journal has of entities that nobody asks any more.</summary>
    public static UpkeepStatement OfJournal(string table, string entityType, IReadOnlyCollection<Guid> ids)
    {
        var statement = Wiping.OfRuns($"delete from {table} where entity_type = @entityType and entity_id in {{0}}", ids);
        ((DynamicParameters)statement.Arguments!).Add("entityType", entityType);
        return statement;
    }

    private async Task<List<Guid>> RunsAsync(IReadOnlyCollection<OldOrderRow> orders, CancellationToken cancellationToken)
    {
        var arguments = new DynamicParameters();
        var ids = arguments.AddIds("w", [.. orders.Select(static order => order.Id)]);
        return await store.ListAsync<Guid>($"select id from runs where work_order_id in {ids}", arguments, cancellationToken);
    }

    private async Task<long> LinesAsync(IReadOnlyCollection<Guid> runs, CancellationToken cancellationToken)
    {
        var sql = $$"""
            delete from log_lines where (run_id, attempt, number) in (
                select run_id, attempt, number from log_lines where run_id in {0} limit {{Lines}})
            """;
        for (var removed = 0L; ;)
        {
            var some = (await ChangeAsync([Wiping.OfRuns(sql, runs)], cancellationToken))[0];
            removed += some;
            if (some < Lines) return removed;
        }
    }

    /// <summary>One small transaction, and a pause in which others write.</summary>
    private async Task<IReadOnlyList<int>> ChangeAsync(IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken)
    {
        var changed = await rows.ChangeAsync(statements, cancellationToken);
        await Task.Delay(s_pause, time, cancellationToken);
        return changed;
    }
}
