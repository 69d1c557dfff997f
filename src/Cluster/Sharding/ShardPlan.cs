using System.Collections.Immutable;

namespace Cluster.Sharding;

/// <summary>What a node does about shards at the moment. Pure.</summary>
/// <param name="Take">Nobody owns them and they should be ours.</param>
/// <param name="Open">They are ours and not served yet.</param>
/// <param name="HandOver">They are ours and should be another's.</param>
internal readonly record struct ShardPlan(ImmutableArray<int> Take, ImmutableArray<int> Open, ImmutableArray<int> HandOver)
{
    /// <summary>So many are handed over at the same time: a handful that pauses, not a node that stands still.</summary>
    private const int MostOnTheWay = 32;

    /// <param name="desired">Who should own each shard.</param>
    /// <param name="isOpen">Whether a shard is served here.</param>
    /// <param name="onTheWay">Shards that are being handed over.</param>
    /// <param name="leftBehind">Shards that must not be served here for now.</param>
    public static ShardPlan Decide(
        ClusterView view, IReadOnlyList<Guid?> desired, Guid self, Func<int, bool> isOpen, IReadOnlySet<int> onTheWay, IReadOnlySet<int> leftBehind)
    {
        bool IsAtRest(int shard) => !onTheWay.Contains(shard) && !leftBehind.Contains(shard);
        var ours = view.OwnedBy(self).Where(IsAtRest).ToArray();
        return new ShardPlan(
            [.. Enumerable.Range(0, desired.Count).Where(
                shard => desired[shard] == self && view.Shards[shard].Owner is null && IsAtRest(shard))],
            [.. ours.Where(shard => !isOpen(shard) && desired[shard] == self)],
            [.. ours.Where(shard => desired[shard] != self).Take(MostOnTheWay - onTheWay.Count)]);
    }
}
