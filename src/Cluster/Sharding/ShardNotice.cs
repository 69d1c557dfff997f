using System.Collections.Immutable;

namespace Cluster.Sharding;

/// <summary>What this node tells its parts about the shards it owns, through the notice board.</summary>
public abstract record ShardNotice(ImmutableArray<int> Shards)
{
    /// <summary>Served here from now on. What their entities had under way has to be taken up again.</summary>
    public sealed record Taken(ImmutableArray<int> Shards) : ShardNotice(Shards);

    /// <summary>Not served here any more.</summary>
    public sealed record Released(ImmutableArray<int> Shards) : ShardNotice(Shards);
}

/// <summary>A member is not present any more: it left, or was declared down.</summary>
public sealed record MemberGone(Guid NodeId);
