using Api.Instance;
using Api.ReadModels;
using Cluster.Journal;
using Cluster.Sharding;
using Dapper;

namespace Api.Retention;

/// <summary>
/// Keeps a project's history no longer than its periods say (S0-06, S1-25): removes work orders that are over and have not changed since, and wipes
/// bodies that are older than the dataclip period. What is not finished stays, and what is under a legal hold. The owner of a project's shard does it.
/// </summary>
internal sealed class HistoryPurge(
    IReadStore store, IRowUpkeep rows, OrderPurge orders, KeptClips kept, RunClips clips, InstancePolicy policy, ShardGate shards, TimeProvider time)
{
    private const int Page = 100;

    /// <summary>An order that was unfinished when it was passed is seen again then.</summary>
    private static readonly TimeSpan s_walkAgain = TimeSpan.FromHours(24);

    private const string Over =
        "not exists (select 1 from runs r where r.work_order_id = w.id and r.status in ('available', 'claimed', 'started'))";

    /// <summary>How far bodies have been wiped, by project.</summary>
    private readonly Dictionary<Guid, Walk> _walks = [];

    /// <returns>Rows that were removed, and bodies that were wiped.</returns>
    public async Task<(long Removed, long Wiped)> PassAsync(CancellationToken cancellationToken)
    {
        var (removed, wiped) = (0L, 0L);
        var most = (await policy.SettingsAsync(cancellationToken)).HistoryMaxDays;
        foreach (var project in await store.ListAsync<PeriodRow>(
            "select id, history_retention_days, dataclip_retention_days from projects where purge_at is null", null, cancellationToken))
        {
            if (!shards.IsOpen(ShardMap.ShardOf(project.Id))) continue;
            if (Periods.Within(project.HistoryRetentionDays, most) is { } days) removed += await RemoveAsync(project.Id, Before(days), cancellationToken);
            removed += await kept.TidyAsync(project.Id, cancellationToken);
            if (project.DataclipRetentionDays is { } bodies) wiped += await WipeAsync(project.Id, Before(bodies), cancellationToken);
        }

        return (removed, wiped);
    }

    /// <summary>From the oldest on. What was passed, because it stays or is gone, is not looked at again for every page.</summary>
    private async Task<long> RemoveAsync(Guid projectId, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (removed, at, id) = (0L, DateTimeOffset.UnixEpoch, Guid.Empty);
        while (await store.ListAsync<OldOrderRow>(
            $"""
            select w.id, w.dataclip_id, w.created_at from work_orders w
            where w.project_id = @projectId and w.created_at < @before and (w.created_at, w.id) > (@at, @id)
                and w.last_activity < @before and {Over} and {HoldRows.NotHeld("w")}
            order by w.created_at, w.id limit @Page
            """,
            new { projectId, before, at, id, Page },
            cancellationToken) is { Count: > 0 } old)
        {
            removed += await orders.RemoveAsync(old, cancellationToken);
            (at, id) = (old[^1].CreatedAt, old[^1].Id);
        }

        return removed;
    }

    private async Task<long> WipeAsync(Guid projectId, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var wiped = 0L;
        var walk = _walks.GetValueOrDefault(projectId);
        if (walk is null || time.GetElapsedTime(walk.Begun) >= s_walkAgain)
            walk = new Walk(time.GetTimestamp(), DateTimeOffset.UnixEpoch, Guid.Empty);
        while (true)
        {
            var page = await store.ListAsync<OldOrderRow>(
                $"""
                select w.id, w.dataclip_id, w.created_at from work_orders w
                where w.project_id = @projectId and w.created_at < @before and (w.created_at, w.id) > (@At, @Id) and {Over} and {HoldRows.NotHeld("w")}
                order by w.created_at, w.id limit @Page
                """,
                new { projectId, before, walk.At, walk.Id, Page },
                cancellationToken);
            wiped += await WipeAsync(page, before, cancellationToken);
            if (page.Count > 0) walk = walk with { At = page[^1].CreatedAt, Id = page[^1].Id };
            _walks[projectId] = walk;
            if (page.Count < Page) return wiped;
        }
    }

    private async Task<long> WipeAsync(List<OldOrderRow> old, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (old.Count == 0) return 0;
        var arguments = new DynamicParameters();
        var ids = arguments.AddIds("w", old.ConvertAll(static order => order.Id));
        var runs = await store.ListAsync<Guid>($"select id from runs where work_order_id in {ids}", arguments, cancellationToken);
        var bodies = old.Select(static order => order.DataclipId).OfType<Guid>().ToHashSet();
        foreach (var some in runs.Chunk(IdList.Most)) bodies.UnionWith((await clips.OfAsync(some, cancellationToken)).Select(static clip => clip.Id));

        var wiped = 0L;
        foreach (var some in bodies.Chunk(IdList.Most))
        {
            var statement = Wiping.Bodies(some, time.GetUtcNow(), "and d.created_at < @before");
            ((DynamicParameters)statement.Arguments!).AddDynamicParams(new { before });
            wiped += (await rows.ChangeAsync([statement], cancellationToken))[0];
        }

        return wiped;
    }

    private DateTimeOffset Before(int days) => time.GetUtcNow() - TimeSpan.FromDays(days);

    private sealed class PeriodRow
    {
        public Guid Id { get; init; }
        public int? HistoryRetentionDays { get; init; }
        public int? DataclipRetentionDays { get; init; }
    }

    private sealed record Walk(long Begun, DateTimeOffset At, Guid Id);
}
