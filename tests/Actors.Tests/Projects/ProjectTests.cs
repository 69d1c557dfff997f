using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;

namespace Actors.Tests.Projects;

public sealed class ProjectTests
{
    [Fact]
    public void A_project_is_created() =>
        Given().When(new ProjectCommand.Create("data-team", null, 4))
            .Then(new ProjectEvent.Created("data-team", null, 4, Now), new ProjectReply.Saved(1));

    [Fact]
    public void Creating_a_project_again_is_answered_like_the_first_time() =>
        Given(Created()).When(new ProjectCommand.Create("data-team", "Moves data", 4)).ThenOnly(new ProjectReply.Saved(1));

    [Fact]
    public void Creating_a_project_with_other_settings_is_refused() =>
        Given(Created()).When(new ProjectCommand.Create("data-team", "Other", 4))
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.ExistsCode);

    [Theory]
    [InlineData("a")]
    [InlineData("data-team-2")]
    [InlineData("-")]
    public void Lower_case_letters_digits_and_hyphens_make_a_name(string name) =>
        Given().When(new ProjectCommand.Create(name, null, null)).ThenReplied(new ProjectReply.Saved(1));

    [Theory]
    [InlineData("")]
    [InlineData("Data")]
    [InlineData("data team")]
    [InlineData("data_team")]
    [InlineData("data\n")]
    [InlineData("dätä")]
    public void Anything_else_makes_none(string name) => AssertFault("name", name, null, null);

    [Fact]
    public void Names_and_descriptions_have_an_end()
    {
        AssertFault("name", new string('a', 101), null, null);
        AssertFault("description", "a", new string('a', 241), null);
        AssertFault("concurrency", "a", null, 0);
        Given().When(new ProjectCommand.Create(new string('a', 100), new string('a', 240), 1))
            .ThenReplied(new ProjectReply.Saved(1));
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var refusal = Given(Created()).When(new ProjectCommand.Update(null, "A", new string('a', 241), 0))
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.InvalidCode);

        Assert.Equal(["name", "description", "concurrency"], refusal.Faults.Select(fault => fault.Field));
    }

    [Fact]
    public void A_project_is_updated_on_the_version_that_the_caller_saw() =>
        Given(Created()).When(new ProjectCommand.Update(1, "new-name", null, null))
            .Then(new ProjectEvent.Updated("new-name", null, null, Now), new ProjectReply.Saved(2));

    [Fact]
    public void An_update_on_another_version_is_refused() =>
        Given(Created()).When(new ProjectCommand.Update(2, "new-name", null, null))
            .ThenRefused(RefusalKind.VersionMismatch, ProjectRefusals.VersionMismatchCode);

    [Fact]
    public void An_update_without_a_version_overwrites() =>
        Given(Created()).When(new ProjectCommand.Update(null, "new-name", null, null)).ThenReplied(new ProjectReply.Saved(2));

    [Fact]
    public void An_update_that_changes_nothing_stores_nothing() =>
        Given(Created()).When(new ProjectCommand.Update(1, "data-team", "Moves data", 4))
            .ThenOnly(new ProjectReply.Saved(1));

    [Fact]
    public void A_deleted_project_still_says_what_it_held()
    {
        var state = Given(Created(), Saved(AWorkflow.Full)).When(new ProjectCommand.Delete())
            .Then(new ProjectEvent.Deleted(Now), new ProjectReply.Saved(2)).State;

        Assert.Equal(ProjectStatus.Deleted, state.Status);
        Assert.Equal([AWorkflow.Full.Id], state.Workflows.Keys);
    }

    [Fact]
    public void A_deleted_project_refuses_everything()
    {
        foreach (var command in AllCommands().Prepend(new ProjectCommand.Create("data-team", "Moves data", 4)))
        {
            Given(Created(), Deleted()).When(command).ThenRefused(RefusalKind.Gone, ProjectRefusals.DeletedCode);
        }
    }

    [Fact]
    public void A_project_that_was_never_created_knows_no_command()
    {
        foreach (var command in AllCommands())
        {
            Given().When(command).ThenRefused(RefusalKind.NotFound, ProjectRefusals.NotFoundCode);
        }
    }

    [Fact]
    public void An_event_that_contradicts_the_state_is_not_applied()
    {
        Assert.Throws<InvalidOperationException>(() => Given(Saved(AWorkflow.Full)));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Created()));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Saved(AWorkflow.Full, version: 2)));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Deleted(), Deleted()));
        Assert.Throws<InvalidOperationException>(
            () => Given(Created(), new ProjectEvent.WorkflowDeleted(Sample.Id(1), Now)));
    }

    private static ProjectCommand[] AllCommands() =>
    [
        new ProjectCommand.Update(null, "a", null, null),
        Save(AWorkflow.Full),
        new ProjectCommand.DeleteWorkflow(AWorkflow.Full.Id, null),
        new ProjectCommand.Delete(),
        new ProjectCommand.ScheduleDeletion(TimeSpan.Zero),
        new ProjectCommand.CancelDeletion(),
    ];

    private static void AssertFault(string field, string name, string? description, int? concurrency)
    {
        var refusal = Given().When(new ProjectCommand.Create(name, description, concurrency))
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        Assert.Equal(field, Assert.Single(refusal.Faults).Field);
    }
}
