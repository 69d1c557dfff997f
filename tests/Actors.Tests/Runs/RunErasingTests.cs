using System.Text;
using Actors.Runs;
using Cluster.Entities;
using static Actors.Tests.Support.ARun;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Runs;

/// <summary>A run that ended can forget what its jobs said in errors.</summary>
public sealed class RunErasingTests
{
    private static readonly RunEvent[] s_failed =
    [
        Created(), Claimed(),
        Reported(
            4,
            Started(),
            StepStarted(),
            new RunFact.StepCompleted(At(13), StepA, JobA, ExitReason.Fail, "JobError", "no such patient: Ada", null, false, 1, 2),
            new RunFact.Completed(At(14), RunStatus.Failed, "JobError", "no such patient: Ada", null)),
    ];

    [Fact]
    public void Its_state_and_its_only_event_hold_nothing_of_it_and_all_else()
    {
        var behavior = new RunBehavior();
        var before = s_failed.Aggregate(RunState.Absent, behavior.Evolve);
        var decision = behavior.Decide(before, new RunCommand.EraseMessages(), new DecisionContext(new EntityRef(EntityTypes.Run, RunId), At(20), 9));
        Assert.True(decision.ForgetsHistory);
        var stored = new RunCodec().Encode(Assert.Single(decision.Events));
        Assert.DoesNotContain("Ada", Encoding.UTF8.GetString(stored.Bytes.Span), StringComparison.Ordinal);

        var after = behavior.Evolve(RunState.Absent, new RunCodec().Decode(stored));
        Assert.Equal((before.Status, before.Plan, before.Attempt, before.ErrorType), (after.Status, after.Plan, after.Attempt, after.ErrorType));
        Assert.Null(after.ErrorMessage);
        Assert.Equal(("JobError", null), (after.FinishedSteps[0].ErrorType, after.FinishedSteps[0].ErrorMessage));
        Assert.Empty(behavior.React(after, decision.Events[0]));
    }

    [Fact]
    public void One_that_is_not_finished_does_not() =>
        Given(Created(), Claimed()).When(new RunCommand.EraseMessages()).ThenRefused(RefusalKind.Conflict, RunRefusals.NotFinalCode);
}
