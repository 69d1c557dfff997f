namespace Cluster.Entities;

/// <summary>How an ask ended. A closed set; what is not <see cref="Replied"/> changed nothing unless it says so.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>The behaviour answered, and what the answer depends on is committed.</summary>
    public sealed record Replied(object? Reply) : Outcome;

    /// <summary>The behaviour said no.</summary>
    public sealed record Refused(Refusal Refusal) : Outcome;

    /// <summary>A mailbox or the journal is full: not delivered, may be sent again.</summary>
    public sealed record Overloaded : Outcome
    {
        public static Overloaded Instance { get; } = new();
    }

    /// <summary>The engine is stopping or the shard is not served here: not delivered, may be sent again.</summary>
    public sealed record Unavailable(string Reason) : Outcome;

    /// <summary>The command may or may not have been committed. Never sent twice by the engine.</summary>
    public sealed record Unknown(string Reason) : Outcome;
}
