using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class RepositoryRow
{
    public Guid ProjectId { get; init; }
    public string ApiUrl { get; init; } = "";
    public string Name { get; init; } = "";
    public string Branch { get; init; } = "";
    public string Path { get; init; } = "";
    public string SealedToken { get; init; } = "";
    public DateTimeOffset ConnectedAt { get; init; }
}

internal sealed class SyncRow
{
    public Guid Id { get; init; }
    public Guid StartedBy { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? CommitId { get; init; }
    public string? Error { get; init; }
}

internal sealed class RepositoryQueries(IReadStore store)
{
    public Task<RepositoryRow?> FindAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.FindAsync<RepositoryRow>(
            """
            select project_id, api_url, name, branch, path, sealed_token, connected_at from project_repositories
            where project_id = @projectId
            """,
            new { projectId },
            cancellationToken);

    public Task<SyncRow?> FindSyncAsync(Guid projectId, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<SyncRow>(
            """
            select id, started_by, started_at, ended_at, commit_id, error from project_syncs
            where id = @id and project_id = @projectId
            """,
            new { id, projectId },
            cancellationToken);
}
