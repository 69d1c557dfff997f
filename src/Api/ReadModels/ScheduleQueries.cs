using Api.ReadModels.Projections;
using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class CronTickRow
{
    public Guid TriggerId { get; init; }
    public DateTimeOffset LastTick { get; init; }
}

internal sealed class CronInputRow
{
    /// <summary>Null when nothing succeeded yet, or what came of it was not kept.</summary>
    public Guid? DataclipId { get; init; }

    public int Version { get; init; }
}

/// <summary>What firing a schedule needs from the store.</summary>
internal sealed class ScheduleQueries(IReadStore store)
{
    /// <summary>The last ticks that became runs, in pages in the order of the triggers' ids.</summary>
    public Task<List<CronTickRow>> TicksAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<CronTickRow>(
            "select trigger_id, last_tick from cron_ticks where trigger_id > @after order by trigger_id limit @limit",
            new { after, limit },
            cancellationToken);

    public async Task<DateTimeOffset?> TickAsync(Guid triggerId, CancellationToken cancellationToken) =>
        (await store.FindAsync<CronTickRow>(
            "select trigger_id, last_tick from cron_ticks where trigger_id = @triggerId", new { triggerId }, cancellationToken))
        ?.LastTick;

    /// <summary>The workflow's present version and what its next run starts with; null if it was deleted.</summary>
    /// <param name="cursorJobId">Null for the final state of the last successful run.</param>
    public Task<CronInputRow?> InputAsync(
        Guid workflowId, Guid triggerId, Guid? cursorJobId, CancellationToken cancellationToken) =>
        store.FindAsync<CronInputRow>(
            """
            select w.version, d.id as dataclip_id from workflows w
            left join cron_cursors c on c.trigger_id = @triggerId and c.job_id = @jobId
            left join dataclips d on d.id = c.dataclip_id and d.wiped_at is null
            where w.id = @workflowId
            """,
            new { workflowId, triggerId, jobId = cursorJobId ?? CronRows.FinalState },
            cancellationToken);
}
