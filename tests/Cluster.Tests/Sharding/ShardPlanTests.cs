using Cluster.Sharding;

namespace Cluster.Tests.Sharding;

public sealed class ShardPlanTests
{
    private static readonly Guid s_self = Guid.NewGuid();
    private static readonly Guid s_other = Guid.NewGuid();
    private static readonly HashSet<int> s_none = [];
    private static readonly Guid?[] s_desired = Rendezvous.Place([s_self, s_other]);
    private static readonly int[] s_mine = [.. Enumerable.Range(0, ShardMap.ShardCount).Where(shard => s_desired[shard] == s_self)];
    private static readonly int[] s_theirs = [.. Enumerable.Range(0, ShardMap.ShardCount).Except(s_mine)];
    private static readonly Member[] s_both = [Views.Member(s_self), Views.Member(s_other)];

    [Fact]
    public void Free_shards_that_should_be_ours_are_taken_and_no_others()
    {
        var plan = Decide(Views.View(s_both, _ => null));
        Assert.Equal(s_mine, plan.Take);
        Assert.Empty(plan.Open);
        Assert.Empty(plan.HandOver);
    }

    [Fact]
    public void Shards_of_another_are_left_alone_even_if_they_should_be_ours()
    {
        var plan = Decide(Views.View(s_both, _ => s_other));
        Assert.Empty(plan.Take);
        Assert.Empty(plan.Open);
        Assert.Empty(plan.HandOver);
    }

    [Fact]
    public void Shards_that_are_ours_and_not_served_are_opened() =>
        Assert.Equal(s_mine, Decide(Views.View(s_both, shard => s_desired[shard]), isOpen: false).Open);

    [Fact]
    public void Shards_that_should_be_anothers_are_handed_over_a_few_at_a_time()
    {
        var view = Views.View(s_both, _ => s_self);
        Assert.Equal(s_theirs.Take(32), Decide(view).HandOver);
        Assert.Equal(s_theirs.Skip(30).Take(2), Decide(view, onTheWay: [.. s_theirs.Take(30)]).HandOver);
        Assert.Empty(Decide(view, onTheWay: [.. s_theirs.Take(40)]).HandOver);
    }

    [Fact]
    public void What_is_on_its_way_out_is_neither_taken_nor_opened()
    {
        HashSet<int> some = [.. s_mine.Take(5)];
        Assert.Equal(s_mine.Skip(5), Decide(Views.View(s_both, _ => null), onTheWay: some).Take);
        Assert.Equal(s_mine.Skip(5), Decide(Views.View(s_both, _ => s_self), isOpen: false, onTheWay: some).Open);
    }

    [Fact]
    public void What_still_has_old_entities_in_memory_is_neither_taken_nor_opened()
    {
        HashSet<int> some = [.. s_mine.Take(5)];
        Assert.Equal(s_mine.Skip(5), Decide(Views.View(s_both, _ => null), leftBehind: some).Take);
        Assert.Equal(s_mine.Skip(5), Decide(Views.View(s_both, _ => s_self), isOpen: false, leftBehind: some).Open);
    }

    [Fact]
    public void A_leaving_node_takes_nothing_and_hands_everything_over()
    {
        Member[] members = [Views.Member(s_self, 0, MemberState.Leaving), Views.Member(s_other)];
        Assert.Empty(Decide(Views.View(members, _ => null)).Take);
        Assert.Equal(Enumerable.Range(0, 32), Decide(Views.View(members, _ => s_self)).HandOver);
    }

    [Fact]
    public void The_last_node_hands_over_to_nobody() =>
        Assert.Equal(32, Decide(Views.View([Views.Member(s_self, 0, MemberState.Leaving)], _ => s_self)).HandOver.Length);

    private static ShardPlan Decide(
        ClusterView view, bool isOpen = true, HashSet<int>? onTheWay = null, HashSet<int>? leftBehind = null) =>
        ShardPlan.Decide(view, new Placement().Of(view), s_self, _ => isOpen, onTheWay ?? s_none, leftBehind ?? s_none);
}
