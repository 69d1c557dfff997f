namespace Cluster.Entities;

/// <summary>What a behaviour may know besides state and command. There is no clock, random or I/O in a behaviour.</summary>
/// <param name="Entity">Who decides.</param>
/// <param name="Now">The node's clock when the command was taken from the mailbox.</param>
/// <param name="SequenceNr">Number of the entity's last decided event; 0 for an entity without history.</param>
public readonly record struct DecisionContext(EntityRef Entity, DateTimeOffset Now, long SequenceNr)
{
    /// <summary>Who caused the command, for projections; see <see cref="Entities.Origin"/>. Null for the system itself.</summary>
    public string? Origin { get; init; }
}

/// <summary>
/// A pure event-sourced behaviour, the shape of Akka's EventSourcedBehavior. The engine runs it; a test calls it.
/// </summary>
public interface IEntityBehavior<TState, TCommand, TEvent>
    where TState : class
{
    /// <summary>State of an entity without history.</summary>
    TState Initial { get; }

    /// <summary>Pure. Never throws for a command that breaks a rule: it refuses.</summary>
    Decision<TEvent> Decide(TState state, TCommand command, in DecisionContext context);

    /// <summary>Pure and total: replay, live persist and snapshot restore all end here.</summary>
    TState Evolve(TState state, TEvent @event);

    /// <summary>What follows from an event once it is committed. Pure: effects are descriptions, the engine acts.</summary>
    IEnumerable<Effect> React(TState state, TEvent @event);

    /// <summary>Everything <see cref="React"/> may have armed that must still be armed, from the state alone, after recovery.</summary>
    IEnumerable<Effect> Resume(TState state);
}
