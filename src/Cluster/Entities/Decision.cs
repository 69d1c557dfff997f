using System.Collections.Immutable;

namespace Cluster.Entities;

/// <summary>
/// Data that belongs to a decision but not to the entity's state: a body, log lines. Committed in the same
/// transaction as the decision's events, turned into rows by the entity type's projection, never replayed.
/// </summary>
public abstract record Attachment;

/// <summary>What a behaviour decided: persist these events, then reply; or reply only; or refuse.</summary>
public readonly record struct Decision<TEvent>
{
    private Decision(ImmutableArray<TEvent> events, ImmutableArray<Attachment> attachments, object? reply, Refusal? refusal)
    {
        Events = events;
        Attachments = attachments;
        Reply = reply;
        Refusal = refusal;
    }

    public ImmutableArray<TEvent> Events { get; }

    public ImmutableArray<Attachment> Attachments { get; }

    /// <summary>Sent to the asker once everything the decision depends on is committed.</summary>
    public object? Reply { get; }

    public Refusal? Refusal { get; }

    /// <summary>Nothing has to be stored for this decision.</summary>
    public bool IsReplyOnly => Events.IsEmpty && Attachments.IsEmpty;

    public static Decision<TEvent> Persist(ImmutableArray<TEvent> events, object? reply) => new(events, [], reply, null);

    public static Decision<TEvent> Persist(TEvent @event, object? reply) => new([@event], [], reply, null);

    public static Decision<TEvent> Answer(object? reply) => new([], [], reply, null);

    public static Decision<TEvent> Refuse(Refusal refusal) => new([], [], null, refusal);

    public static implicit operator Decision<TEvent>(Refusal refusal) => Refuse(refusal);

    /// <summary>The entity's history before this decision is erased with the commit: what stays is the last event and a snapshot of
    /// the state after it, neither of which may hold what was to be forgotten. Of a type without snapshots recovery has the event alone.</summary>
    public bool ForgetsHistory { get; private init; }

    /// <summary>The same decision with attachments stored beside its events.</summary>
    public Decision<TEvent> With(ImmutableArray<Attachment> attachments) =>
        new(Events, attachments, Reply, Refusal) { ForgetsHistory = ForgetsHistory };

    /// <summary>The same decision, after which the entity's earlier history is no more: see <see cref="ForgetsHistory"/>.</summary>
    /// <exception cref="InvalidOperationException">It has no events.</exception>
    public Decision<TEvent> Forgetting() =>
        Events.IsDefaultOrEmpty ? throw new InvalidOperationException("Only an event can stand for what is forgotten.") : this with { ForgetsHistory = true };
}
