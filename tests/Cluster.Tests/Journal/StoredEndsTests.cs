using Cluster.Entities;
using Cluster.Journal.Postgres;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

public sealed class StoredEndsTests
{
    [Fact]
    public void It_covers_what_was_committed_and_nothing_beyond()
    {
        var ends = new StoredEnds(10);
        var entity = Entity();
        Assert.False(ends.Covers(entity, 1));

        ends.Add(entity, 5);

        Assert.True(ends.Covers(entity, 5));
        Assert.True(ends.Covers(entity, 4));
        Assert.False(ends.Covers(entity, 6));
        Assert.False(ends.Covers(entity with { Type = "other" }, 5));
    }

    [Fact]
    public void Beyond_its_bound_it_forgets_those_extended_longest_ago()
    {
        const int Bound = 100;
        var ends = new StoredEnds(Bound);
        var entities = Enumerable.Range(0, 10 * Bound).Select(_ => Entity()).ToArray();
        var kept = Entity();
        foreach (var entity in entities)
        {
            ends.Add(entity, 1);
            ends.Add(kept, 2);
        }

        Assert.True(ends.Covers(kept, 2));
        Assert.All(entities[^(Bound / 4)..], entity => Assert.True(ends.Covers(entity, 1)));
        Assert.InRange(entities.Count(entity => ends.Covers(entity, 1)), 1, Bound);
    }

    [Fact]
    public void The_newest_number_of_an_entity_counts()
    {
        var ends = new StoredEnds(4);
        EntityRef entity = Entity();
        ends.Add(entity, 1);
        ends.Add(Entity(), 1);
        ends.Add(entity, 2);

        Assert.True(ends.Covers(entity, 2));
    }
}
