using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;

namespace Actors.Tests.Projects;

/// <summary>A project on its way out (S0-07).</summary>
public sealed class LeavingTests
{
    private static readonly ProjectEvent Scheduled = new ProjectEvent.DeletionScheduled(Now + TimeSpan.FromDays(7), Now);

    [Fact]
    public void It_leaves_after_the_grace_or_sooner_never_later()
    {
        Given(Created()).When(new ProjectCommand.ScheduleDeletion(TimeSpan.FromDays(7))).Then(Scheduled, new ProjectReply.Saved(2));
        Given(Created(), Scheduled).When(new ProjectCommand.ScheduleDeletion(TimeSpan.FromDays(9))).ThenOnly(new ProjectReply.Saved(2));
        Given(Created(), Scheduled).When(new ProjectCommand.ScheduleDeletion(TimeSpan.Zero))
            .Then(new ProjectEvent.DeletionScheduled(Now, Now), new ProjectReply.Saved(3));
    }

    [Fact]
    public void Meanwhile_it_refuses_changes_and_can_be_restored()
    {
        Given(Created(), Scheduled).When(Save(AWorkflow.Full)).ThenRefused(RefusalKind.Gone, ProjectRefusals.LeavingCode);
        var restored = Given(Created(), Scheduled).When(new ProjectCommand.CancelDeletion());
        restored.Then(new ProjectEvent.DeletionCancelled(Now), new ProjectReply.Saved(3));
        Assert.Null(restored.State.PurgeAt);
        Given(Created()).When(new ProjectCommand.CancelDeletion()).ThenRefused(RefusalKind.Conflict, ProjectRefusals.NotLeavingCode);
        Given(Created()).When(new ProjectCommand.Purge()).ThenRefused(RefusalKind.Conflict, ProjectRefusals.NotLeavingCode);
    }

    [Fact]
    public void Of_a_purged_project_nothing_is_known_but_that_it_was()
    {
        var purged = Given(Created(), Saved(AWorkflow.Full), new ProjectEvent.Deleted(Now)).When(new ProjectCommand.Purge());
        Assert.True(purged.Decision.ForgetsHistory);
        Assert.Equal(("", true, 0), (purged.State.Name, purged.State.IsPurged, purged.State.Workflows.Count));
        var given = Given(Created(), new ProjectEvent.Deleted(Now), new ProjectEvent.Purged(Now));
        given.When(new ProjectCommand.Purge()).ThenReplied(new ProjectReply.Saved(3));
        given.When(new ProjectCommand.Create("again", null, null)).ThenRefused(RefusalKind.Gone, ProjectRefusals.DeletedCode);
    }
}
