using Actors;
using Actors.Projects;
using Actors.Runs;
using Api.Nodes;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;
using Cluster.Sharding;

namespace Api.Retention;

/// <summary>
/// Brings the deletion of projects to its end (S0-07): cancels the runs of those that leave, deletes those whose grace is over, and removes what
/// deleted ones had. The owner of a project's shard does it. Where it was interrupted the rows that are left tell what there is to do.
/// </summary>
internal sealed partial class ProjectPurge(
    IEntities entities, IReadStore store, IRowUpkeep rows, OrderPurge orders, DataKeys keys, DefinitionChanges changes, ShardGate shards, TimeProvider time,
    ILogger<ProjectPurge> logger)
{
    private const int Orders = 100;
    private const int Runs = 200;
    private const int Walked = 2_000;

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var leaving in await store.ListAsync<LeavingRow>(
            "select id, purge_at, held_since from projects left join legal_holds on legal_holds.project_id = projects.id where purge_at is not null",
            null,
            cancellationToken))
        {
            if (shards.IsOpen(ShardMap.ShardOf(leaving.Id))) await LeaveAsync(leaving, cancellationToken);
        }

        foreach (var id in await store.ListAsync<Guid>("select project_id from project_purges order by deleted_at", null, cancellationToken))
        {
            if (shards.IsOpen(ShardMap.ShardOf(id))) await RemoveAsync(id, cancellationToken);
        }
    }

    /// <summary>Until no run is under way any more the project stays what it is: its runs are found by its workflows. A legal hold makes it wait.</summary>
    private async Task LeaveAsync(LeavingRow project, CancellationToken cancellationToken)
    {
        var unfinished = await UnfinishedAsync(project.Id, cancellationToken);
        foreach (var run in unfinished)
            await entities.AskAsync(new EntityRef(EntityTypes.Run, run), new RunCommand.Cancel(), cancellationToken);
        if (unfinished.Count > 0 || project.PurgeAt > time.GetUtcNow() || project.HeldSince is not null) return;

        // Refused if a hold was set this moment.
        await entities.AskAsync(Entity(project.Id), new ProjectCommand.Delete(), cancellationToken);
        await changes.AnnounceAsync(new DefinitionChange(project.Id, null));
    }

    private async Task RemoveAsync(Guid projectId, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var removed = 0L;

        // An order that was accepted while the project was deleted, by a node that had not heard of it.
        foreach (var run in await UnfinishedAsync(projectId, cancellationToken))
            await entities.AskAsync(new EntityRef(EntityTypes.Run, run), new RunCommand.Cancel(), cancellationToken);
        while (await OrdersAsync(projectId, cancellationToken) is { Count: > 0 } some) removed += await orders.RemoveAsync(some, cancellationToken);
        removed += await EntitiesAsync(projectId, "bulk_operations", EntityTypes.BulkOperation, [], cancellationToken);

        // What an erasure is about goes with the project's key.
        removed += await EntitiesAsync(projectId, "erasures", EntityTypes.Erasure, ["delete from erasure_matches where erasure_id in {0}"], cancellationToken);
        removed += await LeftoversAsync(projectId, cancellationToken);
        removed += (await rows.ChangeAsync(
            [new UpkeepStatement("delete from workflow_versions where project_id = @projectId", new { projectId }), KeptClips.OfProject(projectId)],
            cancellationToken))[0];

        // What is left of it anywhere, in backups too, opens no more (X5).
        await keys.DestroyAsync(projectId, cancellationToken);
        if (await entities.AskAsync(Entity(projectId), new ProjectCommand.Purge(), cancellationToken) is Outcome.Replied)
            Purged(projectId, removed, time.GetElapsedTime(began).TotalSeconds);
    }

    private Task<List<OldOrderRow>> OrdersAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<OldOrderRow>(
            "select id, dataclip_id, created_at from work_orders where project_id = @projectId order by created_at, id limit @Orders",
            new { projectId, Orders },
            cancellationToken);

    /// <summary>Waiting ones by workflow, held ones among the few that are held: there is no index of a project's unfinished runs.</summary>
    private async Task<List<Guid>> UnfinishedAsync(Guid projectId, CancellationToken cancellationToken) =>
    [
        .. await store.ListAsync<Guid>(
            """
            select r.id from runs r where r.status = 'available' and r.project_id = @projectId and r.workflow_id in (
                select distinct workflow_id from workflow_versions where project_id = @projectId) limit @Runs
            """,
            new { projectId, Runs },
            cancellationToken),
        .. await store.ListAsync<Guid>(
            "select id from runs where status in ('claimed', 'started') and project_id = @projectId limit @Runs", new { projectId, Runs }, cancellationToken),
    ];

    /// <summary>Entities of a type of which the project has a row each, with their journals. What hangs on a row goes before it.</summary>
    /// <param name="hanging">Statements with the place of the ids.</param>
    private async Task<long> EntitiesAsync(Guid projectId, string table, string entityType, string[] hanging, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (await store.ListAsync<Guid>(
            $"select id from {table} where project_id = @projectId limit @Orders", new { projectId, Orders }, cancellationToken) is { Count: > 0 } ids)
        {
            removed += (await rows.ChangeAsync(
                [
                    OrderPurge.OfJournal("journal", entityType, ids),
                    OrderPurge.OfJournal("snapshot", entityType, ids),
                    .. hanging.Select(statement => Wiping.OfRuns(statement, ids)),
                    Wiping.OfRuns($"delete from {table} where id in {{0}}", ids),
                ],
                cancellationToken)).Sum();
        }

        return removed;
    }

    /// <summary>Dataclips that no row names any more. Nothing finds them by project, so all are looked through once.</summary>
    private async Task<long> LeftoversAsync(Guid projectId, CancellationToken cancellationToken)
    {
        var (after, removed) = (Guid.Empty, 0L);
        while (true)
        {
            var page = await store.ListAsync<ClipOwnerRow>(
                "select id, project_id from dataclips where id > @after order by id limit @Walked", new { after, Walked }, cancellationToken);
            removed += await orders.ClipsAsync([.. page.Where(clip => clip.ProjectId == projectId).Select(static clip => clip.Id)], cancellationToken);
            if (page.Count < Walked) return removed;
            after = page[^1].Id;
        }
    }

    private static EntityRef Entity(Guid projectId) => new(EntityTypes.Project, projectId);

    [LoggerMessage(3251, LogLevel.Information, "Project {ProjectId} was purged: {Rows} rows in {Seconds} s")]
    private partial void Purged(Guid projectId, long rows, double seconds);

    private sealed class LeavingRow
    {
        public Guid Id { get; init; }
        public DateTimeOffset PurgeAt { get; init; }
        public DateTimeOffset? HeldSince { get; init; }
    }

    private sealed class ClipOwnerRow
    {
        public Guid Id { get; init; }
        public Guid ProjectId { get; init; }
    }
}
