using Actors.Projects;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

/// <summary>Rows of a project's repository and of what was written to it.</summary>
internal static class RepositoryRows
{
    public static void Project(RowBatch rows, Guid projectId, ProjectState state, ProjectEvent @event)
    {
        switch (@event)
        {
            case ProjectEvent.RepositoryConnected connected:
                Save(rows, projectId, connected.Repository, connected.At);
                break;
            case ProjectEvent.Resealed { ConnectedAt: { } since } when state.Repository is { } repository:
                Save(rows, projectId, repository, since);
                break;
            case ProjectEvent.RepositoryDisconnected:
                rows.Delete(MemberTables.Repositories, projectId);
                break;
            case ProjectEvent.SyncStarted started:
                if (started.Forgotten is { } forgotten) rows.Delete(MemberTables.Syncs, forgotten);
                rows.Upsert(MemberTables.Syncs, started.SyncId, projectId, started.By, started.At, null, null, null);
                break;
            case ProjectEvent.SyncEnded ended:
                var sync = state.Syncs.First(one => one.Id == ended.SyncId);
                rows.Upsert(
                    MemberTables.Syncs,
                    sync.Id, projectId, sync.StartedBy, sync.StartedAt, ended.At, ended.Result.Commit, ended.Result.Error);
                break;
            case ProjectEvent.Deleted:
                rows.Delete(MemberTables.Repositories, projectId);
                foreach (var one in state.Syncs) rows.Delete(MemberTables.Syncs, one.Id);
                break;
        }
    }

    private static void Save(RowBatch rows, Guid projectId, Repository repository, DateTimeOffset connectedAt) =>
        rows.Upsert(
            MemberTables.Repositories,
            projectId, repository.ApiUrl, repository.Name, repository.Branch, repository.Path, repository.SealedToken, connectedAt);
}
