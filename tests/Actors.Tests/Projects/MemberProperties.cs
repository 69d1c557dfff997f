using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using FsCheck;
using FsCheck.Fluent;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Random command sequences. The seed is printed when one breaks an invariant.</summary>
public sealed class MemberProperties
{
    private static readonly EntityRef Entity = new(EntityTypes.Project, Id(4));

    [Fact]
    public void Whatever_is_commanded_a_project_has_exactly_one_owner() => Prop.ForAll(Lists(Commands()), commands =>
    {
        var behavior = new ProjectBehavior();
        var codec = new ProjectCodec();
        var state = behavior.Evolve(behavior.Initial, AMember.Owned("main", "staging"));
        var seconds = 0;
        foreach (var (command, wait) in commands)
        {
            seconds += wait;
            var decision = behavior.Decide(state, command, new DecisionContext(Entity, At(seconds), 0));
            state = decision.Events.Aggregate(state, (before, @event) => behavior.Evolve(before, codec.Decode(codec.Encode(@event))));
            Assert.True(OneOwner(state), $"After {command}: {state.OwnerId}, {string.Join(", ", state.Members)}");
            Assert.True(state.Members.Count <= 4);
            Assert.True(state.Offer is null || state.Members.ContainsKey(state.Offer.To));
        }

        state = codec.DecodeSnapshot(codec.EncodeSnapshot(state))!;
        Assert.True(OneOwner(state));
    }).QuickCheckThrowOnFailure();

    private static bool OneOwner(ProjectState state) =>
        state.Members.Where(member => member.Value.Role == ProjectRole.Owner).Select(member => member.Key).SequenceEqual([state.OwnerId!.Value]);

    private static Arbitrary<IReadOnlyList<T>> Lists<T>(Gen<T> items) =>
        Arb.From(items.ListOf(60).Select(list => (IReadOnlyList<T>)[.. list]), WithoutOne);

    private static IEnumerable<IReadOnlyList<T>> WithoutOne<T>(IReadOnlyList<T> list) =>
        Enumerable.Range(0, list.Count).Select(left => (IReadOnlyList<T>)[.. list.Where((_, i) => i != left)]);

    /// <summary>Commands of few people, each after a wait of seconds that now and then outlasts offers and invitations.</summary>
    private static Gen<(ProjectCommand Command, int Wait)> Commands() =>
        from command in Command()
        from wait in Gen.Frequency((20, Gen.Choose(0, 10)), (1, Gen.Constant(8 * 86_400)))
        select (command, wait);

    private static Gen<ProjectCommand> Command()
    {
        var user = Gen.Choose(80, 83).Select(Id);
        var role = Gen.Elements(Enum.GetValues<ProjectRole>());
        var environments = Gen.Elements<EnvironmentSet?>(null, new EnvironmentSet(["staging"]), new EnvironmentSet(["none"]));
        var invitation = Gen.Choose(90, 92);
        return Gen.OneOf(
            from who in user
            from what in role
            from within in environments
            from change in Gen.Elements(true, false)
            select (ProjectCommand)new ProjectCommand.AddMember(who, what, within, change),
            from who in user from what in role select (ProjectCommand)new ProjectCommand.ChangeMember(who, what, null),
            user.Select(who => (ProjectCommand)new ProjectCommand.RemoveMember(who)),
            user.Select(who => (ProjectCommand)new ProjectCommand.SetPreferences(who, Digest.Daily, null)),
            from giver in user from taker in user select (ProjectCommand)new ProjectCommand.OfferOwnership(giver, taker),
            user.Select(by => (ProjectCommand)new ProjectCommand.AcceptOwnership(by)),
            user.Select(by => (ProjectCommand)new ProjectCommand.EndOwnershipOffer(by)),
            from who in user
            from before in Gen.Elements<Guid?>(null, Id(80), Id(81), Id(82))
            select (ProjectCommand)new ProjectCommand.AppointOwner(who, before),
            from id in invitation from what in role select (ProjectCommand)(AMember.Invite(id) with { Role = what }),
            from id in invitation from who in user select (ProjectCommand)(AMember.Accept(id) with { UserId = who }),
            invitation.Select(id => (ProjectCommand)new ProjectCommand.RevokeInvitation(Id(id))));
    }
}
