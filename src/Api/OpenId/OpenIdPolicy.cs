using System.Text.Json;
using Actors.OpenId;
using Api.ReadModels;
using Api.Security;

namespace Api.OpenId;

/// <param name="Version">0 while none was ever set up.</param>
/// <param name="Provider">Null while there is none.</param>
internal sealed record StoredProvider(long Version, OpenIdProvider? Provider);

/// <summary>The instance's provider as this node knows it, at most <see cref="Caller.Freshness"/> old.</summary>
internal sealed class OpenIdPolicy(OpenIdQueries queries, TimeProvider time)
{
    private readonly FreshCache<Guid, StoredProvider> _provider = new(1, time, (_, cancellationToken) => ReadAsync(queries, cancellationToken));

    public ValueTask<StoredProvider> GetAsync(CancellationToken cancellationToken) => _provider.GetAsync(Guid.Empty, cancellationToken);

    /// <summary>What is committed now.</summary>
    public ValueTask<StoredProvider> ReadAsync() => _provider.ReadAsync(Guid.Empty, CancellationToken.None);

    /// <summary>After a change through this node.</summary>
    public void Forget() => _provider.Forget(Guid.Empty);

    private static async Task<StoredProvider> ReadAsync(OpenIdQueries queries, CancellationToken cancellationToken) =>
        await queries.ProviderAsync(cancellationToken) is { } row
            ? new StoredProvider(row.Version, row.Provider is { } json ? JsonSerializer.Deserialize(json, DefinitionJson.Default.OpenIdProvider) : null)
            : new StoredProvider(0, null);
}
