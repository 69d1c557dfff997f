namespace Cluster.Entities;

/// <summary>The one way to reach entities, wherever they live.</summary>
public interface IEntities
{
    /// <summary>Sends a command and waits for its outcome.</summary>
    /// <remarks>Cancelling the token stops the waiting, not the command: the outcome is then <see cref="Outcome.Unknown"/>.</remarks>
    ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken);

    /// <summary>As <see cref="AskAsync"/> for an id that the caller has just made: recovery is skipped.
    /// Should the entity exist after all, the journal's key refuses the append and the outcome is <see cref="Outcome.Unknown"/>.</summary>
    ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken);

    /// <summary>As <see cref="AskAsync"/>, but only an entity whose shard this node serves: for a command that nobody but
    /// the owner of the shard may send. Elsewhere it is <see cref="Outcome.Unavailable"/> at once and nothing was done.</summary>
    ValueTask<Outcome> AskHereAsync(EntityRef entity, object command, CancellationToken cancellationToken);

    /// <summary>Sends a command without waiting. False if it could not be delivered.</summary>
    bool Tell(EntityRef entity, object command);

    /// <summary>Nothing is expected of an entity of this node for a while: it leaves memory as soon as nothing goes on in it. Elsewhere
    /// nothing happens.</summary>
    void LetGo(EntityRef entity);

    /// <summary>A new time-ordered id (UUID version 7) in a shard that this node owns.</summary>
    Guid NewLocalId();

    /// <summary>A new time-ordered id in a shard of the caller's choice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such shard.</exception>
    Guid NewId(int shard);
}
