using System.Collections.Immutable;
using Actors.Audit;
using Actors.Tests.Support;
using Cluster.Entities;

namespace Actors.Tests.Audit;

public sealed class ChainTests
{
    private static readonly ChainBehavior Behavior = new();
    private static readonly DecisionContext Context = new(new EntityRef(EntityTypes.AuditChain, Sample.Id(1)), Sample.At(9), 0);

    [Fact]
    public void Links_behind_the_end_make_the_next_end()
    {
        var decision = Decide(ChainState.Empty, Append(0, "0a", "0b"));
        Assert.Equal(new ChainEvent.Extended(2, "0b", Sample.At(9)), Assert.Single(decision.Events));
        Assert.Equal(1, Assert.IsType<ChainLinks>(Assert.Single(decision.Attachments)).First);
        Assert.Equal(new ChainReply.Present(ChainState.Empty with { Position = 2, Head = "0b" }), decision.Reply);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Links_for_another_end_are_refused(long position)
    {
        var state = ChainState.Empty with { Position = 3, Head = "0c" };
        Assert.Equal(ChainBehavior.Moved, Decide(state, Append(position, "0d")).Refusal);
    }

    [Fact]
    public void More_than_a_page_is_refused() =>
        Assert.Equal(ChainBehavior.Moved, Decide(ChainState.Empty, Append(0, [.. Enumerable.Repeat("0a", ChainBehavior.MaxLinks + 1)])).Refusal);

    [Fact]
    public void What_is_chained_already_waits_no_longer_and_moves_nothing()
    {
        var decision = Decide(ChainState.Empty, new ChainCommand.Append(0, [], [new PendingEntry(Sample.Id(2), Sample.At(1))]));
        Assert.Empty(decision.Events);
        Assert.Single(Assert.IsType<ChainLinks>(Assert.Single(decision.Attachments)).Settled);
    }

    [Fact]
    public void A_checkpoint_is_of_the_present_end_and_has_the_next_number()
    {
        var state = ChainState.Empty with { Position = 3, Head = "0c", Checkpoints = 1 };
        var right = new Checkpoint(2, 3, "0c", Sample.At(5), "k", "s");
        Assert.Equal(new ChainEvent.Signed(2, 3, Sample.At(5)), Assert.Single(Decide(state, new ChainCommand.Sign(right)).Events));
        foreach (var wrong in (Checkpoint[])[right with { Number = 3 }, right with { Position = 2 }, right with { Head = "0b" }])
            Assert.Equal(ChainBehavior.Moved, Decide(state, new ChainCommand.Sign(wrong)).Refusal);
    }

    private static Decision<ChainEvent> Decide(ChainState state, ChainCommand command) => Behavior.Decide(state, command, Context);

    private static ChainCommand.Append Append(long position, params string[] hashes) => new(
        position,
        [.. hashes.Select((hash, i) => new ChainLink(Sample.Id(10 + i), Sample.At(i), LinkVerdict.Sound, hash, "mac"))],
        ImmutableArray<PendingEntry>.Empty);
}
