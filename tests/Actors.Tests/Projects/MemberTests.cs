using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Who is in a project, as what, and what they want to hear (S0-22, S1-20 to S1-23, S1-28).</summary>
public sealed class MemberTests
{
    private static readonly EnvironmentSet Staging = new(["staging"]);

    [Fact]
    public void Who_creates_a_project_is_its_owner()
    {
        var state = Given().When(new ProjectCommand.Create("data-team", null, null) { OwnerId = Owner }).State;

        Assert.Equal(Owner, state.OwnerId);
        Assert.Equal(ProjectMember.New(ProjectRole.Owner, null, Now), Assert.Single(state.Members).Value);
    }

    [Fact]
    public void Creating_a_project_again_for_another_owner_is_refused() =>
        Given(Owned()).When(new ProjectCommand.Create("data-team", null, null) { OwnerId = Other })
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.ExistsCode);

    [Fact]
    public void A_member_is_added_once() => Given(Owned())
        .When(new ProjectCommand.AddMember(Other, ProjectRole.Editor, null, false))
        .Then(new ProjectEvent.MemberAdded(Other, ProjectRole.Editor, null, Now), new ProjectReply.Saved(1));

    [Fact]
    public void Adding_a_member_again_is_answered_like_the_first_time_and_as_something_else_refused()
    {
        Given(Owned(), Joined()).When(new ProjectCommand.AddMember(Other, ProjectRole.Editor, null, false))
            .ThenOnly(new ProjectReply.Saved(1));
        Given(Owned(), Joined()).When(new ProjectCommand.AddMember(Other, ProjectRole.Admin, null, false))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.ExistsCode);
        Given(Owned(), Joined()).When(new ProjectCommand.AddMember(Other, ProjectRole.Admin, null, true))
            .Then(new ProjectEvent.MemberChanged(Other, ProjectRole.Admin, null, Now), new ProjectReply.Saved(1));
    }

    [Fact]
    public void Nobody_is_made_a_second_owner()
    {
        AssertFault("role", Given(Owned()).When(new ProjectCommand.AddMember(Other, ProjectRole.Owner, null, false)));
        AssertFault("role", Given(Owned(), Joined()).When(new ProjectCommand.ChangeMember(Other, ProjectRole.Owner, null)));
        AssertFault("role", Given(Owned()).When(Invite() with { Role = ProjectRole.Owner }));
    }

    [Fact]
    public void A_member_may_be_limited_to_environments_of_the_project()
    {
        Given(Owned("production", "staging")).When(new ProjectCommand.AddMember(Other, ProjectRole.Editor, Staging, false))
            .Then(new ProjectEvent.MemberAdded(Other, ProjectRole.Editor, Staging, Now), new ProjectReply.Saved(1));
        AssertFault(
            "environments[0]", Given(Owned()).When(new ProjectCommand.AddMember(Other, ProjectRole.Editor, Staging, false)));
        AssertFault(
            "environments", Given(Owned()).When(new ProjectCommand.AddMember(Other, ProjectRole.Editor, new EnvironmentSet([]), false)));
    }

    [Fact]
    public void A_change_keeps_what_it_does_not_name()
    {
        var given = Given(Owned("production", "staging"), new ProjectEvent.MemberAdded(Other, ProjectRole.Editor, Staging, At(1)));
        given.When(new ProjectCommand.ChangeMember(Other, ProjectRole.Admin, null))
            .Then(new ProjectEvent.MemberChanged(Other, ProjectRole.Admin, Staging, Now), new ProjectReply.Saved(1));
        given.When(new ProjectCommand.ChangeMember(Other, null, new EnvironmentChange(null)))
            .Then(new ProjectEvent.MemberChanged(Other, ProjectRole.Editor, null, Now), new ProjectReply.Saved(1));
        given.When(new ProjectCommand.ChangeMember(Other, null, null)).ThenOnly(new ProjectReply.Saved(1));
    }

    [Fact]
    public void The_owner_is_neither_removed_nor_changed()
    {
        Given(Owned()).When(new ProjectCommand.RemoveMember(Owner)).ThenRefused(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode);
        Given(Owned()).When(new ProjectCommand.ChangeMember(Owner, ProjectRole.Admin, null))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode);
        Given(Owned()).When(new ProjectCommand.AddMember(Owner, ProjectRole.Viewer, null, true))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.OwnerStaysCode);
    }

    [Fact]
    public void Another_member_is_removed_and_a_stranger_is_not_found()
    {
        Given(Owned(), Joined()).When(new ProjectCommand.RemoveMember(Other))
            .Then(new ProjectEvent.MemberRemoved(Other, Now), new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.RemoveMember(Other)).ThenRefused(RefusalKind.NotFound, MemberRefusals.NotFoundCode);
        Given(Owned()).When(new ProjectCommand.ChangeMember(Other, null, null))
            .ThenRefused(RefusalKind.NotFound, MemberRefusals.NotFoundCode);
    }

    [Fact]
    public void A_member_says_what_they_want_to_hear()
    {
        Given(Owned(), Joined()).When(new ProjectCommand.SetPreferences(Other, Digest.Weekly, null))
            .Then(new ProjectEvent.PreferencesSet(Other, Digest.Weekly, false, Now), new ProjectReply.Saved(1));
        Given(Owned(), Joined()).When(new ProjectCommand.SetPreferences(Other, null, false)).ThenOnly(new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.SetPreferences(Other, null, true))
            .ThenRefused(RefusalKind.NotFound, MemberRefusals.NotFoundCode);
    }

    [Fact]
    public void Members_have_an_end()
    {
        var full = Enumerable.Range(1000, 999).Select(i => Joined(Id(i)));
        Given([Owned(), .. full]).When(new ProjectCommand.AddMember(Other, ProjectRole.Viewer, null, false))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.TooManyCode);
        Given([Owned(), .. full.Skip(1)]).When(new ProjectCommand.AddMember(Other, ProjectRole.Viewer, null, false))
            .ThenReplied(new ProjectReply.Saved(1));
    }

    private static void AssertFault(string field, Verdict<ProjectState, ProjectEvent> verdict)
    {
        var refusal = verdict.ThenRefused(RefusalKind.Invalid, MemberRefusals.InvalidCode);
        Assert.Equal(field, Assert.Single(refusal.Faults).Field);
    }
}
