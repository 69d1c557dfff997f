using Cluster.Entities;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary>Whether this life of the node is sealed, and why.</summary>
internal sealed class Seal(string? fault)
{
    /// <summary>What callers are told: nothing of files.</summary>
    public const string Public = "This node has not the master key: a share of it is missing or does not fit.";

    private volatile string? _fault = fault;

    public bool IsSealed => _fault is not null;

    /// <summary>For operators; null if the node is not sealed.</summary>
    public string? Fault => _fault;

    /// <summary>The shares were found: this life ends, and the next one is a full node's.</summary>
    public bool IsLifted { get; private set; }

    public void Change(string fault) => _fault = fault;

    public void Lift() => IsLifted = true;
}

/// <summary>What a sealed node has instead of keys.</summary>
internal sealed class SealedKeys : IDataKeys
{
    public ValueTask<DataKey> CurrentAsync(Guid owner, int uses, CancellationToken cancellationToken) => throw new KeysSealedException(Seal.Public);

    public ValueTask<DataKey> FindAsync(Guid keyId, CancellationToken cancellationToken) => throw new KeysSealedException(Seal.Public);
}

/// <summary>What a sealed node has instead of entities: it owns no shard and joins no cluster.</summary>
internal sealed class SealedEntities : IEntities
{
    public ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        throw new KeysSealedException(Seal.Public);

    public ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        throw new KeysSealedException(Seal.Public);

    public ValueTask<Outcome> AskHereAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        throw new KeysSealedException(Seal.Public);

    public bool Tell(EntityRef entity, object command) => false;

    public void LetGo(EntityRef entity)
    {
        // There is none.
    }

    public Guid NewLocalId() => throw new KeysSealedException(Seal.Public);

    public Guid NewId(int shard) => throw new KeysSealedException(Seal.Public);
}
