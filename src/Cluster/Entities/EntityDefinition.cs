using Cluster.Journal;
using Cluster.Sealing;

namespace Cluster.Entities;

/// <summary>Events and snapshots to bytes and back. Events are a public contract: a manifest names type and version.</summary>
public interface IEntityCodec<TState, TEvent>
{
    /// <summary>Manifest such as <c>run-created.v1</c> and the payload.</summary>
    Payload Encode(TEvent @event);

    /// <exception cref="UnknownManifestException">No event of that manifest is known to this version.</exception>
    TEvent Decode(in Payload payload);

    Payload EncodeSnapshot(TState state);

    /// <summary>Null if the snapshot is of a version that is not read any more; the engine then replays from the start.</summary>
    TState? DecodeSnapshot(in Payload payload);
}

/// <summary>Turns what happened into read-model rows, written in the transaction of the events. Pure.</summary>
public interface IProjection<in TState, in TEvent>
{
    /// <param name="state">The state after <paramref name="event"/>.</param>
    void Project(RowBatch rows, in DecisionContext context, TState state, TEvent @event);

    /// <param name="state">The state after the decision's events.</param>
    void Project(RowBatch rows, in DecisionContext context, TState state, Attachment attachment);
}

/// <summary>Rows that follow from what an event changed, beside those of the projection and in the same transaction: an audit trail. Pure.</summary>
public interface ITrail<in TState, in TEvent>
{
    /// <param name="context">Its sequence number is the event's own.</param>
    /// <param name="before">The state before <paramref name="event"/>.</param>
    /// <param name="after">The state after it.</param>
    void Record(RowBatch rows, in DecisionContext context, TState before, TState after, TEvent @event);
}

/// <summary>A type of entity that this node can run.</summary>
/// <param name="Type">Stable word, at most 32 characters, stored in every journal row.</param>
public abstract record EntityDefinition(string Type)
{
    /// <summary>How commands and replies of the type travel between nodes.</summary>
    public abstract IMessageCodec Messages { get; init; }

    internal abstract EntityRegion CreateRegion(EntityServices services);
}

/// <summary>Everything the engine needs to run one type of entity.</summary>
/// <param name="Type">Stable word, at most 32 characters, stored in every journal row.</param>
/// <param name="Messages">How commands and replies of the type travel between nodes.</param>
/// <param name="SnapshotEvery">Events between snapshots; 0 for never.</param>
public sealed record EntityDefinition<TState, TCommand, TEvent>(
    string Type,
    IEntityBehavior<TState, TCommand, TEvent> Behavior,
    IEntityCodec<TState, TEvent> Codec,
    IProjection<TState, TEvent> Projection,
    IMessageCodec Messages,
    int SnapshotEvery) : EntityDefinition(Type)
    where TState : class
{
    /// <summary>Null for a type of which no trail is kept.</summary>
    public ITrail<TState, TEvent>? Trail { get; init; }

    /// <summary>Under whose key what an entity stores is sealed, given the state after it: a project, a person, or the instance.</summary>
    public Func<EntityRef, TState, Guid> Owner { get; init; } = static (_, _) => KeyOwners.Instance;

    internal override EntityRegion CreateRegion(EntityServices services) =>
        new EntityRegion<TState, TCommand, TEvent>(this, services);
}

/// <summary>A stored event has a manifest that this version does not know: the entity cannot be recovered by it.</summary>
public sealed class UnknownManifestException(string manifest)
    : Exception($"No event with manifest '{manifest}' is known to this version.")
{
    public string Manifest { get; } = manifest;
}
