using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>What a project asks of its members and how long it keeps things (S1-19, S1-24, S1-25, X12).</summary>
public sealed class PolicyTests
{
    [Fact]
    public void Policies_are_kept_by_a_change_that_does_not_name_them()
    {
        var policies = new ProjectPolicies(true, RetentionPolicy.RetainAll, 90, 30);
        var given = Given(Owned());
        var changed = given.When(Update(policies)).Then(
            new ProjectEvent.Updated("data-team", null, null, Now) { Policies = policies }, new ProjectReply.Saved(2));
        var kept = Given([Owned(), .. changed.Decision.Events]).When(new ProjectCommand.Update(null, "other", null, null));
        Assert.Equal(policies, kept.State.Policies);
        Given([Owned(), .. changed.Decision.Events]).When(Update(policies)).ThenOnly(new ProjectReply.Saved(2));
    }

    [Theory]
    [InlineData(8, null, "historyRetentionDays")]
    [InlineData(0, null, "historyRetentionDays")]
    [InlineData(null, 8, "dataclipRetentionDays")]
    [InlineData(30, 90, "dataclipRetentionDays")]
    public void Periods_keep_their_rules(int? history, int? dataclips, string field) =>
        AssertFault(field, new ProjectPolicies(false, RetentionPolicy.RetainAll, history, dataclips));

    [Theory]
    [InlineData(RetentionPolicy.EraseAll)]
    [InlineData(RetentionPolicy.RetainWithErrors)]
    public void A_project_may_keep_less_than_all(RetentionPolicy policy) =>
        Given(Owned()).When(Update(ProjectPolicies.Usual with { Retention = policy })).ThenReplied(new ProjectReply.Saved(2));

    [Fact]
    public void A_policy_that_is_none_is_refused() =>
        AssertFault("retentionPolicy", ProjectPolicies.Usual with { Retention = (RetentionPolicy)9 });

    [Theory]
    [InlineData("environments")]
    [InlineData("environments", "a", "a")]
    [InlineData("environments", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")]
    [InlineData("environments[0]", "Main")]
    [InlineData("environments[1]", "main", "a b")]
    [InlineData("environments[0]", "")]
    public void Environments_are_one_to_ten_names(string field, params string[] names) =>
        AssertFault(field, ProjectPolicies.Usual with { Environments = new EnvironmentSet([.. names]) });

    [Fact]
    public void An_environment_that_somebody_is_bound_to_stays()
    {
        var staging = new EnvironmentSet(["staging"]);
        var without = Update(ProjectPolicies.Usual with { Environments = new EnvironmentSet(["production"]) });
        var given = Given(Owned("production", "staging"));
        given.When(without).ThenReplied(new ProjectReply.Saved(2));
        Given(Owned("production", "staging"), new ProjectEvent.MemberAdded(Other, ProjectRole.Editor, staging, At(1)))
            .When(without).ThenRefused(RefusalKind.Conflict, MemberRefusals.EnvironmentInUseCode);
        var invited = new Invitation(
            Id(90), "k", "s", ProjectRole.Editor, staging, "h", Owner, At(1), At(1) + Invitation.Lasts);
        Given(Owned("production", "staging"), new ProjectEvent.Invited(invited, []))
            .When(without).ThenRefused(RefusalKind.Conflict, MemberRefusals.EnvironmentInUseCode);
    }

    [Fact]
    public void An_environment_that_a_trigger_names_stays_while_the_trigger_does()
    {
        var without = Update(ProjectPolicies.Usual with { Environments = new EnvironmentSet(["production"]) });
        Given(Owned("production", "staging"), AProject.Saved(AWorkflow.Staged))
            .When(without).ThenRefused(RefusalKind.Conflict, MemberRefusals.EnvironmentInUseCode);
        Given(Owned("production", "staging"), AProject.Saved(AWorkflow.Staged), AProject.Saved(AWorkflow.Full, 2))
            .When(without).ThenReplied(new ProjectReply.Saved(2));
        Given(Owned("production", "staging"), AProject.Saved(AWorkflow.Staged), new ProjectEvent.WorkflowDeleted(AWorkflow.Staged.Id, At(3)))
            .When(without).ThenReplied(new ProjectReply.Saved(2));
    }

    [Fact]
    public void A_trigger_names_an_environment_of_the_project_or_none()
    {
        Given(Owned("production", "staging")).When(AProject.Save(AWorkflow.Staged)).ThenReplied(new ProjectReply.WorkflowSaved(AWorkflow.Staged.Id, 1));
        var refusal = Given(Owned()).When(AProject.Save(AWorkflow.Staged)).ThenRefused(RefusalKind.Invalid, ProjectRefusals.WorkflowInvalidCode);
        Assert.Equal("trigger.environment", Assert.Single(refusal.Faults).Field);
    }

    [Fact]
    public void Main_is_carried_as_nothing()
    {
        Assert.Null(EnvironmentSet.Carried(EnvironmentSet.Usual.First));
        Assert.Equal("staging", EnvironmentSet.Carried("staging"));
    }

    private static ProjectCommand.Update Update(ProjectPolicies policies) => new(null, "data-team", null, null) { Policies = policies };

    private static void AssertFault(string field, ProjectPolicies policies)
    {
        var refusal = Given(Owned()).When(Update(policies)).ThenRefused(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        Assert.Equal(field, Assert.Single(refusal.Faults).Field);
    }
}
