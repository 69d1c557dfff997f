using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

public sealed class AppendPlanTests
{
    private readonly EntityRef _a = Entity();
    private readonly EntityRef _b = Entity();

    [Fact]
    public void A_batch_that_fits_in_itself_is_assumed_and_names_what_it_stands_on()
    {
        var plan = AppendPlan.Assume([Unit(_a, 5, "x"), Unit(_b, 1, "y"), Unit(_a, 6, "z").WithSnapshot(6, "s"), Unit(_b, 2, "w")]);
        Assert.Equal([(_a, 4L)], plan!.Predecessors);
        Assert.Equal(4, plan.Committed.Count);
    }

    [Fact]
    public void A_batch_that_contradicts_itself_or_says_too_little_is_not_assumed()
    {
        Assert.Null(AppendPlan.Assume([Unit(_a, 1, "x"), Unit(_a, 3, "y")]));
        Assert.Null(AppendPlan.Assume([Unit(_a, 1).WithSnapshot(1, "s")]));
        Assert.Null(AppendPlan.Assume([Unit(_a, 1, "x").WithSnapshot(2, "s")]));
        Assert.Null(AppendPlan.Assume([Unit(_a, 0, "x")]));
    }

    [Fact]
    public void What_follows_a_conflict_is_in_conflict_and_does_not_count()
    {
        var plan = AppendPlan.Decide(
            [Unit(_a, 2, "x"), Unit(_a, 3, "y").WithSnapshot(99, "s"), Unit(_a, 3), Unit(_b, 2, "z")], new() { [_a] = 2, [_b] = 1 });
        Assert.Equal([AppendResult.Conflict, AppendResult.Conflict, AppendResult.Conflict, AppendResult.Committed], plan.Results);
        Assert.Equal([(_b, 1L)], plan.Predecessors);
        Assert.Null(plan.Fault);
    }
}
