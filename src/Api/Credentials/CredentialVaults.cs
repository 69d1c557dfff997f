using Actors;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Credentials;

/// <summary>Every user has one vault, which holds the credentials that are theirs. A credential goes to another one by
/// transfer alone.</summary>
internal sealed class CredentialVaults(CredentialQueries queries) : IDisposable
{
    private const int Remembered = 100_000;
    private readonly LastingFacts<Guid, Guid> _owners = new(Remembered, queries.OwnerOfAsync);

    public static EntityRef Of(Guid ownerId) => new(EntityTypes.Vault, ownerId);

    /// <returns>Null if there is no such credential.</returns>
    public async ValueTask<EntityRef?> FindAsync(Guid credentialId, CancellationToken cancellationToken) =>
        await _owners.FindAsync(credentialId, cancellationToken) is { } owner ? Of(owner) : null;

    /// <summary>Whose it is now: what was known of it before does not count.</summary>
    /// <returns>Null if there is no such credential.</returns>
    public async ValueTask<EntityRef?> ReadAsync(Guid credentialId, CancellationToken cancellationToken) =>
        await _owners.ReadAsync(credentialId, cancellationToken) is { } owner ? Of(owner) : null;

    /// <returns>Null if it is still there, or nowhere.</returns>
    public async ValueTask<EntityRef?> MovedAsync(Guid credentialId, EntityRef from, CancellationToken cancellationToken) =>
        await ReadAsync(credentialId, cancellationToken) is { } now && now != from ? now : null;

    /// <summary>Whether it is destroyed: what was known of it before does not count.</summary>
    public async ValueTask<bool> IsGoneAsync(Guid credentialId, CancellationToken cancellationToken) =>
        await queries.OwnerOfAsync(credentialId, cancellationToken) is null;

    public void Dispose() => _owners.Dispose();
}
