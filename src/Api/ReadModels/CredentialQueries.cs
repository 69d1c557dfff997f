using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class CredentialRow
{
    public Guid Id { get; init; }

    /// <summary>Its owner's user id too.</summary>
    public Guid VaultId { get; init; }
    public string Name { get; init; } = "";
    public string SchemaName { get; init; } = "";

    /// <summary>JSON array of strings.</summary>
    public string KeyNames { get; init; } = "[]";

    public int Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class CredentialQueries(IReadStore store)
{
    private const string Columns =
        "select c.id, c.vault_id, c.name, c.schema_name, c.key_names, c.version, c.created_at, c.updated_at from credentials c";

    public Task<CredentialRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<CredentialRow>($"{Columns} where c.id = @id", new { id }, cancellationToken);

    public Task<List<Guid>> ProjectsOfAsync(Guid credentialId, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            "select project_id from credential_grants where credential_id = @credentialId order by project_id limit 1000",
            new { credentialId },
            cancellationToken);

    /// <returns>Null if there is no such credential.</returns>
    public Task<Guid?> OwnerOfAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<Guid?>("select vault_id from credentials where id = @id", new { id }, cancellationToken);

    public Task<List<CredentialRow>> PageAsync(Guid ownerId, NameCursor? after, int limit, CancellationToken cancellationToken)
    {
        var condition = after is null ? "" : "and (c.name, c.id) > (@Name, @Id)";
        return store.ListAsync<CredentialRow>(
            $"{Columns} where c.vault_id = @ownerId {condition} order by c.name, c.id limit @limit",
            new { ownerId, Name = after?.Name ?? "", Id = after?.Id ?? Guid.Empty, limit },
            cancellationToken);
    }

    public Task<List<CredentialRow>> PageOfProjectAsync(
        Guid projectId, NameCursor? after, int limit, CancellationToken cancellationToken)
    {
        var condition = after is null ? "" : "and (c.name, c.id) > (@Name, @Id)";
        return store.ListAsync<CredentialRow>(
            $"""
            {Columns} join credential_grants g on g.credential_id = c.id
            where g.project_id = @projectId {condition} order by c.name, c.id limit @limit
            """,
            new { projectId, Name = after?.Name ?? "", Id = after?.Id ?? Guid.Empty, limit },
            cancellationToken);
    }

    /// <summary>Those of one owner that a project is granted.</summary>
    public Task<List<Guid>> GrantedByAsync(Guid ownerId, Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            """
            select g.credential_id from credential_grants g join credentials c on c.id = g.credential_id
            where g.project_id = @projectId and c.vault_id = @ownerId
            """,
            new { ownerId, projectId },
            cancellationToken);

    /// <summary>Credentials whose use the project is granted.</summary>
    public Task<List<Guid>> GrantedToAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            """
            select g.credential_id from credential_grants g join credentials c on c.id = g.credential_id
            where g.project_id = @projectId
            """,
            new { projectId },
            cancellationToken);
}
