using System.Text.Json.Serialization;
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
    public string Kind { get; init; } = "";
    public string? ExternalId { get; init; }
    public string? Fingerprint { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>JSON array of <see cref="EnvironmentFacts"/>; null for none.</summary>
    public string? Environments { get; init; }
    public DateTimeOffset? PurgeAfter { get; init; }

    /// <summary>JSON array of <see cref="AuthorizationFacts"/>; null for none.</summary>
    public string? Authorizations { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>What is shown of an environment's body.</summary>
internal sealed record EnvironmentFacts(string Environment, string[] Keys, string Fingerprint, DateTimeOffset SetAt);

/// <param name="State"><c>authorized</c>, or <c>reauthorization_required</c>: the provider takes the tokens no more.</param>
internal sealed record AuthorizationFacts(string Environment, string State);

internal sealed class DueCredential
{
    public Guid Id { get; init; }
    public Guid VaultId { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EnvironmentFacts[]))]
[JsonSerializable(typeof(AuthorizationFacts[]))]
internal sealed partial class CredentialRowJson : JsonSerializerContext;

internal sealed class CredentialQueries(IReadStore store)
{
    private const string Columns =
        """
        select c.id, c.vault_id, c.name, c.schema_name, c.key_names, c.version, c.created_at, c.updated_at,
            c.kind, c.external_id, c.fingerprint, c.expires_at, c.environments, c.purge_after, c.authorizations, u.last_used_at
        from credentials c left join credential_uses u on u.credential_id = c.id
        """;

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
            where g.project_id = @projectId and c.purge_after is null {condition} order by c.name, c.id limit @limit
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

    /// <summary>Deleted ones whose grace is over.</summary>
    public Task<List<DueCredential>> PurgeableAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<DueCredential>(
            "select id, vault_id from credentials where purge_after <= @now order by purge_after, id limit @limit", new { now, limit }, cancellationToken);

    /// <summary>Credentials whose use the project is granted.</summary>
    public Task<List<Guid>> GrantedToAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            """
            select g.credential_id from credential_grants g join credentials c on c.id = g.credential_id
            where g.project_id = @projectId and c.purge_after is null
            """,
            new { projectId },
            cancellationToken);
}
