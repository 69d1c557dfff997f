namespace Cluster.Entities;

/// <summary>What the engine shall do after a commit. A closed set.</summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Send <paramref name="Command"/> to the entity itself at <paramref name="Due"/>; a timer of the same name is replaced.
    /// Held in memory only: <see cref="IEntityBehavior{TState,TCommand,TEvent}.Resume"/> arms it again after recovery.
    /// An entity with an armed timer is not passivated.</summary>
    public sealed record SetTimer(string Name, DateTimeOffset Due, object Command) : Effect;

    public sealed record CancelTimer(string Name) : Effect;

    /// <summary>Send a command to another entity; at most once, the reply is dropped.</summary>
    public sealed record Tell(EntityRef Target, object Command) : Effect;

    /// <summary>Hand a notice to the node's subscribers (ready queue, live streams). In process, in commit order per entity.</summary>
    public sealed record Announce(object Notice) : Effect;
}
