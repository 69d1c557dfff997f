using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class AuthMethodRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public string Name { get; init; } = "";
    public string Type { get; init; } = "";
    public string? Username { get; init; }
    public string SecretHash { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class AuthMethodQueries(IReadStore store)
{
    private const string Columns =
        "select id, project_id, name, type, username, secret_hash, created_at, updated_at from webhook_auth_methods";

    public Task<AuthMethodRow?> FindAsync(Guid projectId, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<AuthMethodRow>(
            $"{Columns} where id = @id and project_id = @projectId", new { id, projectId }, cancellationToken);

    public Task<List<AuthMethodRow>> PageAsync(
        Guid projectId, NameCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<AuthMethodRow>(
            $"""
            {Columns} where project_id = @projectId {(after is null ? "" : "and (name, id) > (@Name, @Id)")}
            order by name, id limit @limit
            """,
            new { projectId, Name = after?.Name ?? "", Id = after?.Id ?? Guid.Empty, limit },
            cancellationToken);

    /// <summary>Those of a project, of which there are few.</summary>
    public Task<List<AuthMethodRow>> OfProjectAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<AuthMethodRow>(
            $"{Columns} where project_id = @projectId limit 1000", new { projectId }, cancellationToken);

    /// <summary>All in pages, in the order of their ids.</summary>
    public Task<List<AuthMethodRow>> AllAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<AuthMethodRow>(
            $"{Columns} where id > @after order by id limit @limit", new { after, limit }, cancellationToken);
}
