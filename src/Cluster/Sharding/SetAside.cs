using Cluster.Entities;
using Cluster.Sharding.Postgres;

namespace Cluster.Sharding;

/// <summary>An entity that is not recovered any more: its node died of that again and again.</summary>
/// <param name="Attempts">Recoveries that were begun in vain.</param>
public sealed record SetAsideEntity(EntityRef Entity, int Shard, int Attempts, DateTimeOffset Since);

/// <summary>What is set aside in the whole cluster, for operators.</summary>
public sealed class SetAside
{
    private readonly RecoveryLog _log;

    internal SetAside(RecoveryLog log) => _log = log;

    /// <param name="most">The newest so many.</param>
    public async Task<IReadOnlyList<SetAsideEntity>> ListAsync(int most, CancellationToken cancellationToken) =>
        await _log.ListAsync(most, cancellationToken).ConfigureAwait(false);

    /// <summary>Has the entity recovered at its next command, as before. Its owner notices within a second.</summary>
    /// <returns>False if it is not set aside.</returns>
    public Task<bool> RestoreAsync(EntityRef entity) => _log.RestoreAsync(entity);
}

/// <summary>The entity is set aside: it is not recovered, and nothing was done.</summary>
internal sealed class SetAsideException(EntityRef entity) : Exception($"entity {entity.Type} {entity.Id} is set aside");
