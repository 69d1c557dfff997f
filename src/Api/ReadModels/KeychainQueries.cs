using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class KeychainRow
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string Path { get; init; } = "";
    public Guid? DefaultCredentialId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class KeychainQueries(IReadStore store)
{
    private const string Columns = "select id, name, path, default_credential_id, created_at, updated_at from keychains";

    public Task<KeychainRow?> FindAsync(Guid projectId, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<KeychainRow>($"{Columns} where id = @id and project_id = @projectId", new { id, projectId }, cancellationToken);

    public Task<List<KeychainRow>> PageAsync(Guid projectId, NameCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<KeychainRow>(
            $"{Columns} where project_id = @projectId {(after is null ? "" : "and (name, id) > (@Name, @Id)")} order by name, id limit @limit",
            new { projectId, Name = after?.Name ?? "", Id = after?.Id ?? Guid.Empty, limit },
            cancellationToken);

    /// <summary>Credentials with that external id that the project is granted: two at most, for then none is selected.</summary>
    public Task<List<Guid>> MatchesAsync(Guid projectId, string externalId, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            """
            select c.id from credentials c join credential_grants g on g.credential_id = c.id
            where c.external_id = @externalId and g.project_id = @projectId and c.purge_after is null limit 2
            """,
            new { projectId, externalId },
            cancellationToken);
}
