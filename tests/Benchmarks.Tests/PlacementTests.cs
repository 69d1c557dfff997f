using Cluster.Benchmarks.Members;
using Cluster.Sharding;

namespace Cluster.Benchmarks;

public sealed class PlacementTests
{
    [Fact]
    public void One_member_has_every_shard_and_gives_some_to_the_next()
    {
        var placement = Placement.Measure(1);

        Assert.Equal((1, 0), (placement.MaxOverMean, placement.WithoutShard));
        Assert.InRange(placement.MovedByJoin, 1, ShardMap.ShardCount - 1);
    }

    [Fact]
    public void Of_more_members_than_shards_most_have_none()
    {
        const int Members = 4 * ShardMap.ShardCount;

        Assert.InRange(Placement.Measure(Members).WithoutShard, 0.75, 1);
    }
}
