using Actors.Projects;
using Cluster.Entities;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>While a project is under a legal hold it is not deleted.</summary>
public sealed class HoldTests
{
    private static readonly ProjectEvent s_held = new ProjectEvent.HoldSet("case 12", At(1));
    private static readonly ProjectEvent s_leaving = new ProjectEvent.DeletionScheduled(At(700), At(2));

    [Fact]
    public void A_repeat_changes_nothing()
    {
        Given(Owned()).When(new ProjectCommand.SetHold("case 12")).ThenReplied(new ProjectReply.Saved(1));
        Given(Owned(), s_held).When(new ProjectCommand.SetHold("case 12")).ThenOnly(new ProjectReply.Saved(1));
        Given(Owned(), s_held).When(new ProjectCommand.LiftHold()).ThenReplied(new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.LiftHold()).ThenOnly(new ProjectReply.Saved(1));
    }

    [Fact]
    public void Nothing_is_deleted_at_once_but_a_deletion_with_a_grace_may_be_asked_for()
    {
        Given(Owned(), s_held).When(new ProjectCommand.ScheduleDeletion(TimeSpan.Zero)).ThenRefused(RefusalKind.Conflict, HoldRefusals.HeldCode);
        Given(Owned(), s_held).When(new ProjectCommand.ScheduleDeletion(TimeSpan.FromDays(1))).ThenReplied(new ProjectReply.Saved(2));
        Given(Owned(), s_held, s_leaving).When(new ProjectCommand.Delete()).ThenRefused(RefusalKind.Conflict, HoldRefusals.HeldCode);
        Given(Owned(), s_held, s_leaving, new ProjectEvent.HoldLifted(At(3))).When(new ProjectCommand.Delete()).ThenReplied(new ProjectReply.Saved(3));
    }

    [Fact]
    public void A_project_that_is_about_to_be_deleted_can_be_held_and_one_that_was_cannot()
    {
        Given(Owned(), s_leaving).When(new ProjectCommand.SetHold("case 12")).ThenReplied(new ProjectReply.Saved(2));
        Given(Owned(), new ProjectEvent.Deleted(At(9))).When(new ProjectCommand.SetHold("case 12"))
            .ThenRefused(RefusalKind.Gone, ProjectRefusals.DeletedCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    public void A_reason_is_a_line_of_text(string reason) =>
        Given(Owned()).When(new ProjectCommand.SetHold(reason)).ThenRefused(RefusalKind.Invalid, HoldRefusals.InvalidCode);

    [Fact]
    public void A_reason_is_short() =>
        Given(Owned()).When(new ProjectCommand.SetHold(new string('x', 201))).ThenRefused(RefusalKind.Invalid, HoldRefusals.InvalidCode);
}
