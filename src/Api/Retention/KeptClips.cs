using Actors;
using Actors.Projects;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Retention;

/// <summary>
/// Dataclips that were left behind when their work order went, because they had a name. Nothing else leads to them, so they are written down
/// when they are left, and go once they have no name any more.
/// </summary>
internal sealed class KeptClips(IReadStore store, IRowUpkeep rows, OrderPurge orders, IEntities entities)
{
    private const int Page = IdList.Most;

    /// <returns>Rows that were removed.</returns>
    public async Task<long> TidyAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await ForgetNamesAsync(projectId, cancellationToken);
        var removed = 0L;
        while (await UnnamedAsync(projectId, cancellationToken) is { Count: > 0 } ids)
        {
            // One that was named again meanwhile stays, and is written down still.
            removed += await orders.ClipsAsync(ids, cancellationToken);
            await rows.ChangeAsync([Gone(ids)], cancellationToken);
            if (ids.Count < Page) break;
        }

        return removed;
    }

    public static UpkeepStatement OfProject(Guid projectId) =>
        new("delete from kept_dataclips where project_id = @projectId", new { projectId });

    private Task<List<Guid>> UnnamedAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            $"""
            select k.dataclip_id from kept_dataclips k where k.project_id = @projectId and {HoldRows.NotHeld("k")}
            and not exists (select 1 from dataclip_names n where n.dataclip_id = k.dataclip_id) limit @Page
            """,
            new { projectId, Page },
            cancellationToken);

    /// <summary>Of dataclips that went in the moment in which they were named.</summary>
    private async Task ForgetNamesAsync(Guid projectId, CancellationToken cancellationToken)
    {
        foreach (var id in await store.ListAsync<Guid>(
            "select n.dataclip_id from dataclip_names n where n.project_id = @projectId and not exists (select 1 from dataclips d where d.id = n.dataclip_id)",
            new { projectId },
            cancellationToken))
        {
            await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), new ProjectCommand.NameDataclip(id, null), cancellationToken);
        }
    }

    private static UpkeepStatement Gone(List<Guid> ids) => Wiping.OfRuns(
        "delete from kept_dataclips where dataclip_id in {0} and not exists (select 1 from dataclips d where d.id = kept_dataclips.dataclip_id)", ids);
}
