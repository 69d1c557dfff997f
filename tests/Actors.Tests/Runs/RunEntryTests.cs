using Actors.Runs;
using Cluster.Entities;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

public sealed class RunEntryTests
{
    private static readonly RunCommand Enter = new RunCommand.Enter(1);

    [Fact]
    public void Who_comes_back_by_another_way_hears_what_is_stored()
    {
        var verdict = Given(WithOpenStep()).When(Enter);

        Assert.Equal(new RunEvent.Entered(1, 1), Assert.Single(verdict.Decision.Events));
        var present = Assert.IsType<RunReply.Present>(verdict.Decision.Reply);
        Assert.Equal((1, 2, RunStatus.Started), (present.State.Entry, present.State.Reported, present.State.Status));
    }

    [Fact]
    public void What_was_on_its_way_from_before_is_refused() =>
        Given([.. WithOpenStep(), new RunEvent.Entered(1, 1)])
            .When(Report(2, Log("late"))).ThenRefused(RefusalKind.Conflict, RunRefusals.StaleAttemptCode);

    [Fact]
    public void What_comes_by_the_new_way_is_stored() =>
        Given([.. WithOpenStep(), new RunEvent.Entered(1, 1)])
            .When(new RunCommand.Report(1, 2, [Log("here again")]) { Entry = 1 }).ThenReplied(new RunReply.Accepted(3));

    [Fact]
    public void The_next_attempt_begins_without_entries() =>
        Given([.. WithOpenStep(), new RunEvent.Entered(1, 1), Requeued(), Claimed(2)])
            .When(new RunCommand.Report(2, 0, [Log("first")])).ThenReplied(new RunReply.Accepted(1));

    [Fact]
    public void An_attempt_that_is_over_is_not_entered()
    {
        Assert.Empty(Given([.. WithOpenStep(), Requeued(), Claimed(2)]).When(Enter).Decision.Events);
        var verdict = Given(Succeeded()).When(Enter);
        Assert.Empty(verdict.Decision.Events);
        Assert.True(Assert.IsType<RunReply.Present>(verdict.Decision.Reply).State.IsFinal);
    }
}
