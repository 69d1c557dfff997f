using Actors.Runs;
using Actors.Tests.Support;
using Actors.Workflows;
using Cluster.Entities;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

public sealed class RunLifeTests
{
    [Fact]
    public void A_run_is_created_with_its_input()
    {
        var input = new DataclipBody(InputId, DataclipType.HttpRequest, "{}"u8.ToArray(), null);

        Given().When(new RunCommand.Create(Plan, input))
            .Then(new RunEvent.Created(Plan, Now) { RunId = RunId }, new RunReply.Created(WorkOrderId))
            .ThenAttached(input);
    }

    [Fact]
    public void Creating_a_run_again_is_answered_like_the_first_time() =>
        Given(Created()).When(new RunCommand.Create(Plan, null)).ThenOnly(new RunReply.Created(WorkOrderId));

    [Fact]
    public void Creating_a_run_again_is_answered_whatever_became_of_it() =>
        Given(Succeeded()).When(new RunCommand.Create(Plan, null)).ThenOnly(new RunReply.Created(WorkOrderId));

    [Fact]
    public void Creating_a_run_with_another_plan_is_refused() =>
        Given(Created()).When(new RunCommand.Create(Plan with { WorkflowVersion = 8 }, null))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.ExistsCode);

    [Fact]
    public void An_input_that_is_not_the_plans_is_refused() =>
        Given().When(new RunCommand.Create(Plan, Output(Sample.Id(99))))
            .ThenRefused(RefusalKind.Invalid, RunRefusals.InvalidRunCode);

    [Fact]
    public void A_run_that_was_never_created_knows_no_command()
    {
        RunCommand[] commands =
        [
            new RunCommand.Claim("w"), Report(0), new RunCommand.Abandon(0, ""), new RunCommand.GiveBack(0, ""),
            new RunCommand.Cancel(), new RunCommand.Look(),
        ];
        foreach (var command in commands)
        {
            Given().When(command).ThenRefused(RefusalKind.NotFound, RunRefusals.NotFoundCode);
        }
    }

    [Fact]
    public void A_claim_makes_the_first_attempt_and_is_answered_with_the_state_after_it()
    {
        var claimed = new RunEvent.Claimed(1, "worker-1", Now);
        var state = Given(Created(), claimed).State;

        Given(Created()).When(new RunCommand.Claim("worker-1")).Then(claimed, new RunReply.Claimed(state));
        Assert.Equal((RunStatus.Claimed, 1, 0), (state.Status, state.Attempt, state.Reported));
    }

    [Fact]
    public void A_claim_after_a_loss_makes_the_next_attempt() =>
        Assert.Equal(
            2, Given(Created(), Claimed(), Requeued()).When(new RunCommand.Claim("worker-2")).State.Attempt);

    [Fact]
    public void Only_a_waiting_run_is_claimed()
    {
        Given(Created(), Claimed()).When(new RunCommand.Claim("worker-2"))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.NotAvailableCode);
        Given(Succeeded()).When(new RunCommand.Claim("worker-2"))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.NotAvailableCode);
    }

    [Fact]
    public void A_waiting_run_is_cancelled_without_revoking_an_attempt()
    {
        var verdict = Given(Created()).When(new RunCommand.Cancel())
            .Then(new RunEvent.Ended(RunStatus.Cancelled, null, null, Now), RunReply.Done.Instance);

        Assert.IsType<RunNotice.Changed>(Assert.Single(verdict.Notices));
    }

    [Fact]
    public void A_requeued_run_is_cancelled_without_revoking_an_attempt() =>
        Assert.IsType<RunNotice.Changed>(
            Assert.Single(Given(Created(), Claimed(), Requeued()).When(new RunCommand.Cancel()).Notices));

    [Fact]
    public void A_running_run_is_cancelled_and_its_attempt_revoked()
    {
        var verdict = Given(WithOpenStep()).When(new RunCommand.Cancel())
            .Then(
                new RunEvent.Ended(RunStatus.Cancelled, null, null, Now) { LostSteps = [OpenA()] }, RunReply.Done.Instance);

        Assert.Contains(new RunNotice.AttemptRevoked(RunId, 1), verdict.Notices);
        Assert.Empty(verdict.State.OpenSteps);
        Assert.Equal(Now, verdict.State.FinishedAt);
    }

    [Fact]
    public void A_run_that_has_ended_is_not_cancelled() =>
        Given(Succeeded()).When(new RunCommand.Cancel()).ThenRefused(RefusalKind.Conflict, RunRefusals.FinalCode);

    [Fact]
    public void Looking_changes_nothing()
    {
        var scenario = Given(WithOpenStep());
        scenario.When(new RunCommand.Look()).ThenOnly(new RunReply.Present(scenario.State));
    }

    [Fact]
    public void A_created_run_announces_that_it_waits()
    {
        var verdict = Given().When(new RunCommand.Create(Plan, null));
        Assert.Contains(new RunNotice.Available(RunId, Plan, Now), verdict.Notices);
        Assert.Contains(verdict.Notices, notice => notice is RunNotice.Changed { RunId: var id } && id == RunId);
    }

    [Fact]
    public void Every_event_is_announced_as_a_change() =>
        Assert.IsType<RunNotice.Changed>(Assert.Single(Given(Created(), Claimed()).When(Report(0, Log("x"))).Notices));

    [Fact]
    public void After_recovery_a_waiting_run_announces_itself_again_and_no_other_does()
    {
        var behavior = new RunBehavior();
        var waiting = Given(Created(), Claimed(), Requeued()).State;

        Assert.Equal(
            [new Effect.Announce(new RunNotice.Available(RunId, Plan, Sample.At(0)))], behavior.Resume(waiting));
        Assert.Empty(behavior.Resume(Given(Created(), Claimed()).State));
        Assert.Empty(behavior.Resume(Given(Succeeded()).State));
        Assert.Empty(behavior.Resume(behavior.Initial));
    }

    [Fact]
    public void A_final_state_never_changes()
    {
        var behavior = new RunBehavior();
        var state = Given(Succeeded()).State;
        RunEvent[] events =
        [
            Created(), Claimed(2), Reported(9), Requeued(), new RunEvent.Ended(RunStatus.Lost, null, null, Now),
        ];
        foreach (var @event in events)
        {
            Assert.Throws<InvalidOperationException>(() => behavior.Evolve(state, @event));
        }
    }

    [Fact]
    public void An_event_that_contradicts_the_state_is_not_applied()
    {
        Assert.Throws<InvalidOperationException>(() => Given(Claimed()));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Created()));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Claimed(2)));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Claimed(), Claimed(2)));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Claimed(), new RunEvent.Reported(2, 1, [])));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Claimed(), Reported(0)));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Requeued()));
        Assert.Throws<InvalidOperationException>(() => Given(Created(), Claimed(), Reported(1, StepCompleted())));
        Assert.Throws<InvalidOperationException>(
            () => Given(Created(), new RunEvent.Ended(RunStatus.Started, null, null, Now)));
        Assert.Throws<InvalidOperationException>(
            () => Given([.. Succeeded()[..2], Reported(2, Completed(RunStatus.Success), Started())]));
    }

    [Fact]
    public void The_loss_policy_is_part_of_the_plan_that_makes_runs_equal() =>
        Given(Created(LossPolicy.Lost)).When(new RunCommand.Create(Plan, null))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.ExistsCode);
}
