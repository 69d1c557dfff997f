using Xunit.Abstractions;

namespace Cluster.Tests.Sharding.Model;

/// <summary>Every interleaving of the small model. That the rules can be broken is shown by taking parts of the protocol away.</summary>
public sealed class LeaseModelTests(ITestOutputHelper output)
{
    private const int MostStates = 3_000_000;

    private static readonly ModelRules s_failing = new() { Fail = [0], Watch = [1] };
    private static readonly ModelRules s_failingInHandover = s_failing with { HandOver = [0] };
    private static readonly ModelRules s_handingOver = new() { HandOver = [0, 1], MostTerms = 4 };

    private static readonly Dictionary<string, ModelRules> s_explored = new()
    {
        ["an owner that fails"] = s_failing,
        ["an owner that fails while it hands over"] = s_failingInHandover,
        ["handovers to and fro"] = s_handingOver,
    };

    private static readonly Dictionary<string, ModelRules> s_mutants = new()
    {
        ["the fence does not lock"] = s_failing with { FenceLocks = false },
        ["the fence does not check the owner"] = s_failing with { FenceChecksOwner = false },
        ["who marks down does not lock"] = s_failing with { MarkLocks = false },
        ["who marks down does not look at the beat again"] = s_failing with { MarkChecksBeatAgain = false },
        ["a node serves longer than others wait"] = s_failing with { ServingTicks = 3 },
        ["who gives back does not lock"] = s_handingOver with { ReleaseLocks = false },
        ["who hands over does not shut the gate first"] = s_handingOver with { HandoverShutsGateFirst = false },
        ["a shard comes back to entities of an earlier term"] = s_handingOver with { KeepsLeftBehindOut = false },
    };

    public static TheoryData<string> Explored => [.. s_explored.Keys];

    public static TheoryData<string> Mutants => [.. s_mutants.Keys];

    [Theory]
    [MemberData(nameof(Explored))]
    public void No_order_of_steps_breaks_a_rule_and_none_ends_without_an_owner(string name)
    {
        var model = new LeaseModel(s_explored[name]);
        var space = Explore(model);
        output.WriteLine($"{name}: {space.Count:N0} states, {space.Steps:N0} steps");
        Assert.Null(space.Broken);
        Assert.Empty(space.Stuck(model.IsWell).Take(1));
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void Without_a_part_of_the_protocol_a_rule_is_broken(string name)
    {
        var space = Explore(new LeaseModel(s_mutants[name]));
        output.WriteLine($"{name}: {space.Count:N0} states; {space.Broken}");
        Assert.NotNull(space.Broken);
    }

    [Theory]
    [InlineData(false, true)] // The append of a vanished node keeps its lock.
    [InlineData(true, false)] // A node that is down takes a shard, and nobody declares it down again.
    public void Without_other_parts_a_shard_stays_with_a_dead_node_for_ever(bool endsAppends, bool takeChecksMember)
    {
        var model = new LeaseModel(s_failing with { MarkEndsAppends = endsAppends, TakeChecksMember = takeChecksMember });
        var space = Explore(model);
        Assert.Null(space.Broken);
        Assert.NotEmpty(space.Stuck(model.IsWell));
    }

    private static StateSpace Explore(LeaseModel model) => StateSpace.Explore(LeaseModel.First, model.Expand, LeaseModel.Rule, MostStates);
}
