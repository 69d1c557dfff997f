namespace Cluster.Sharding;

/// <summary>Where a member is in its life. There is no way back.</summary>
public enum MemberState
{
    /// <summary>Owns shards.</summary>
    Up,

    /// <summary>Hands its shards over and then ends.</summary>
    Leaving,

    /// <summary>Ended, or was declared dead: it owns nothing and can write nothing.</summary>
    Down,
}

/// <summary>One life of a node's process, as the member table has it.</summary>
/// <param name="Name">The operator's name for the node; the same in its next life.</param>
/// <param name="Host">Where other nodes reach it.</param>
/// <param name="HttpAddress">Where clients reach it.</param>
/// <param name="Key">Proves to other nodes that its owner can read the member table.</param>
/// <param name="Beat">Number of its last heartbeat.</param>
public sealed record Member(
    Guid NodeId,
    string Name,
    string Host,
    int Port,
    string HttpAddress,
    string Version,
    ReadOnlyMemory<byte> Key,
    MemberState State,
    long Beat,
    DateTimeOffset JoinedAt,
    DateTimeOffset HeartbeatAt);

/// <summary>Who owns a shard.</summary>
/// <param name="Owner">Null while the shard is on its way from one node to another.</param>
/// <param name="Term">Counts owners.</param>
public readonly record struct ShardOwner(Guid? Owner, long Term);
