namespace Cluster.Tests.Sharding.Model;

/// <summary>What is explored, and which rules of the protocol hold in it. A rule is taken away to see that it is needed.</summary>
internal sealed record ModelRules
{
    /// <summary>Owners that the shard may have one after the other.</summary>
    public int MostTerms { get; init; } = 2;

    /// <summary>Nodes that may be killed, vanish, be cut from the database, and be late. At most one is lost.</summary>
    public int[] Fail { get; init; } = [];

    /// <summary>Nodes that watch the other one.</summary>
    public int[] Watch { get; init; } = [];

    /// <summary>Nodes that may hand the shard over.</summary>
    public int[] HandOver { get; init; } = [];

    /// <summary>Ticks that a node serves after it sent its last confirmed heartbeat.</summary>
    public int ServingTicks { get; init; } = 1;

    public int SessionTicks { get; init; } = 2;

    public int FailureTicks { get; init; } = 3;

    public bool FenceLocks { get; init; } = true;

    public bool FenceChecksOwner { get; init; } = true;

    public bool MarkEndsAppends { get; init; } = true;

    public bool MarkLocks { get; init; } = true;

    public bool MarkChecksBeatAgain { get; init; } = true;

    public bool TakeChecksMember { get; init; } = true;

    public bool ReleaseLocks { get; init; } = true;

    public bool HandoverShutsGateFirst { get; init; } = true;

    public bool KeepsLeftBehindOut { get; init; } = true;
}
