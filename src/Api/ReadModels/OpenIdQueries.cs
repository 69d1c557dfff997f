using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class OpenIdProviderRow
{
    public long Version { get; init; }

    /// <summary>JSON; null if the provider was removed.</summary>
    public string? Provider { get; init; }
}

/// <summary>An active account that somebody at the provider is linked to.</summary>
internal sealed class LinkedAccountRow
{
    public Guid UserId { get; init; }
    public bool IsSuperUser { get; init; }
}

internal sealed class OpenIdQueries(IReadStore store)
{
    /// <summary>Null while none was ever set up.</summary>
    public Task<OpenIdProviderRow?> ProviderAsync(CancellationToken cancellationToken) =>
        store.FindAsync<OpenIdProviderRow>("select version, provider from openid_provider", null, cancellationToken);

    public Task<LinkedAccountRow?> AccountAsync(Guid linkId, CancellationToken cancellationToken) =>
        store.FindAsync<LinkedAccountRow>(
            """
            select a.id as user_id, a.is_super_user
            from openid_links l join accounts a on a.id = l.user_id where l.id = @linkId and a.status = 'active'
            """,
            new { linkId },
            cancellationToken);

    /// <returns>Whoever is linked, whether or not they still exist; null if nobody is.</returns>
    public Task<Guid?> UserAsync(Guid linkId, CancellationToken cancellationToken) =>
        store.FindAsync<Guid?>("select user_id from openid_links where id = @linkId", new { linkId }, cancellationToken);
}
