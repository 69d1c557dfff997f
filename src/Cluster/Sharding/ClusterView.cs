using System.Collections.Immutable;

namespace Cluster.Sharding;

/// <summary>The members and the owners of all shards as they were when the database was last asked.</summary>
/// <param name="Members">Present members; those that are down are gone.</param>
/// <param name="Shards">By shard number.</param>
public sealed record ClusterView(ImmutableArray<Member> Members, ImmutableArray<ShardOwner> Shards)
{
    public static ClusterView Empty { get; } = new([], [.. new ShardOwner[ShardMap.ShardCount]]);

    public Member? Find(Guid nodeId) => Members.FirstOrDefault(member => member.NodeId == nodeId);

    public IEnumerable<int> OwnedBy(Guid nodeId) =>
        Enumerable.Range(0, Shards.Length).Where(shard => Shards[shard].Owner == nodeId);
}
