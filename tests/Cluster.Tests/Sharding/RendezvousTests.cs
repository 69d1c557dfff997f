using Cluster.Sharding;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Tests.Sharding;

public sealed class RendezvousTests
{
    private static readonly Arbitrary<Guid[]> s_members =
        ArbMap.Default.GeneratorFor<Guid>().NonEmptyListOf().Select(ids => ids.Distinct().Take(12).ToArray()).ToArbitrary();

    [Fact]
    public void When_a_node_joins_only_the_shards_move_that_it_gains() => Prop.ForAll(s_members, members =>
    {
        var newcomer = Guid.NewGuid();
        var before = Rendezvous.Place(members);
        var after = Rendezvous.Place([.. members, newcomer]);
        return before.Zip(after).All(pair => pair.Second == pair.First || pair.Second == newcomer);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void When_a_node_leaves_only_its_own_shards_move() => Prop.ForAll(s_members, members =>
    {
        var before = Rendezvous.Place(members);
        var after = Rendezvous.Place(members[1..]);
        return before.Zip(after).All(pair => pair.First == members[0]
            ? pair.Second is null == (members.Length == 1)
            : pair.Second == pair.First);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_in_which_members_are_listed_does_not_matter() => Prop.ForAll(s_members, members =>
        Rendezvous.Place(members).SequenceEqual(Rendezvous.Place([.. members.Reverse()]))).QuickCheckThrowOnFailure();

    // The count of a node is binomial; five standard deviations leave no room for luck over the hundred draws.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    public void Shards_are_spread_evenly(int nodes)
    {
        var share = (double)ShardMap.ShardCount / nodes;
        var deviation = Math.Sqrt(share * (1 - (1.0 / nodes)));
        var random = new Random(7);
        var bytes = new byte[16];
        for (var draw = 0; draw < 100; draw++)
        {
            var members = Enumerable.Range(0, nodes).Select(_ =>
            {
                random.NextBytes(bytes);
                return new Guid(bytes);
            }).ToArray();
            var counts = Rendezvous.Place(members).CountBy(owner => owner!.Value).ToDictionary();
            Assert.All(members, member => Assert.InRange(counts.GetValueOrDefault(member), share - (5 * deviation), share + (5 * deviation)));
        }
    }

    [Fact]
    public void It_is_worked_out_anew_when_members_come_and_go()
    {
        var members = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        var placement = new Placement();

        Assert.Equal(Rendezvous.Place(members), placement.Of(View(members)));
        Assert.Same(placement.Of(View(members)), placement.Of(View(members)));
        Assert.Equal(Rendezvous.Place(members[1..]), placement.Of(View(members[1..])));
        Assert.All(placement.Of(View([])), Assert.Null);
    }

    [Fact]
    public void Without_members_nobody_is_wanted() => Assert.All(Rendezvous.Place([]), Assert.Null);

    private static ClusterView View(Guid[] members) => Views.View([.. members.Select(id => Views.Member(id, 0))], _ => null);
}
