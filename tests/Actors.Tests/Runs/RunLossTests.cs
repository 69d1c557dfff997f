using Actors.Runs;
using Actors.Tests.Support;
using Actors.Workflows;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

public sealed class RunLossTests
{
    private static readonly RunCommand Abandon = new RunCommand.Abandon(1, "worker gone");
    private static readonly RunCommand GiveBack = new RunCommand.GiveBack(1, "not joined");

    [Fact]
    public void A_resuming_run_waits_again_and_keeps_its_finished_steps()
    {
        var second = new RunFact.StepStarted(Sample.At(14), StepB, JobB, OutputA);
        var open = new OpenStep(StepB, JobB, 1, Sample.At(14), OutputA);

        var verdict = Given([.. WithOpenStep(), Reported(4, StepCompleted(), second)]).When(Abandon)
            .Then(
                new RunEvent.Requeued(1, "worker gone", true, Now) { LostSteps = [open] }, RunReply.Done.Instance);

        Assert.Equal(StepA, Assert.Single(verdict.State.FinishedSteps).StepId);
        Assert.Empty(verdict.State.OpenSteps);
        Assert.Equal((RunStatus.Available, 1, null), (verdict.State.Status, verdict.State.Attempt, verdict.State.StartedAt));
    }

    [Fact]
    public void A_lost_attempt_is_revoked_and_the_run_announced_again() =>
        Assert.Equal(
            [typeof(RunNotice.AttemptRevoked), typeof(RunNotice.Available), typeof(RunNotice.Changed)],
            Given(WithOpenStep()).When(Abandon).Notices.Select(notice => notice.GetType()));

    [Fact]
    public void A_run_whose_step_output_was_lost_starts_over()
    {
        var verdict = Given([.. WithOpenStep(), Reported(3, StepCompleted(outputLost: true))]).When(Abandon)
            .Then(new RunEvent.Requeued(1, "worker gone", false, Now), RunReply.Done.Instance);

        Assert.Empty(verdict.State.FinishedSteps);
    }

    [Fact]
    public void A_restarting_run_starts_over()
    {
        var verdict = Given([.. WithOpenStep(LossPolicy.Restart), Reported(3, StepCompleted())]).When(Abandon)
            .Then(new RunEvent.Requeued(1, "worker gone", false, Now), RunReply.Done.Instance);

        Assert.Empty(verdict.State.FinishedSteps);
    }

    [Fact]
    public void A_run_that_is_not_tried_again_is_lost_after_its_claim() =>
        Given(Created(LossPolicy.Lost), Claimed()).When(Abandon)
            .Then(
                new RunEvent.Ended(RunStatus.Lost, "LostAfterClaim", "worker gone", Now), RunReply.Done.Instance);

    [Fact]
    public void A_run_that_is_not_tried_again_is_lost_after_its_start() =>
        Given(WithOpenStep(LossPolicy.Lost)).When(Abandon)
            .Then(
                new RunEvent.Ended(RunStatus.Lost, "LostAfterStart", "worker gone", Now) { LostSteps = [OpenA()] },
                RunReply.Done.Instance);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Giving_up_another_attempt_changes_nothing(int attempt) =>
        Given(WithOpenStep()).When(new RunCommand.Abandon(attempt, "late")).ThenOnly(RunReply.Done.Instance);

    [Fact]
    public void Giving_up_an_attempt_twice_changes_nothing()
    {
        Given(Created(), Claimed(), Requeued()).When(Abandon).ThenOnly(RunReply.Done.Instance);
        Given(Created()).When(new RunCommand.Abandon(0, "never claimed")).ThenOnly(RunReply.Done.Instance);
        Given(Succeeded()).When(Abandon).ThenOnly(RunReply.Done.Instance);
    }

    [Fact]
    public void A_run_that_loses_every_attempt_is_poison()
    {
        var history = new List<RunEvent> { Created(LossPolicy.Restart) };
        for (var attempt = 1; attempt < 5; attempt++)
        {
            history.AddRange([Claimed(attempt), Requeued(attempt, keepSteps: false)]);
        }

        Assert.Equal(RunStatus.Available, Given(history).State.Status);

        var state = Given([.. history, Claimed(5)]).When(new RunCommand.Abandon(5, "out of memory")).State;
        Assert.Equal((RunStatus.Lost, "PoisonRun"), (state.Status, state.ErrorType));
        Assert.Contains("each of 5 attempts", state.ErrorMessage);
        Assert.Contains("out of memory", state.ErrorMessage);
    }

    [Fact]
    public void The_poison_limit_is_a_setting() =>
        Assert.Equal(
            "PoisonRun",
            With(new RunSettings(MaxAttempts: 1)).Given(WithOpenStep()).When(Abandon).State.ErrorType);

    [Theory]
    [InlineData(LossPolicy.Resume)]
    [InlineData(LossPolicy.Restart)]
    [InlineData(LossPolicy.Lost)]
    public void An_attempt_that_nobody_began_goes_back_whatever_the_loss_policy_says(LossPolicy policy)
    {
        var verdict = Given(Created(policy), Claimed()).When(GiveBack)
            .Then(new RunEvent.Requeued(1, "not joined", true, Now) { GivenBack = true }, RunReply.Done.Instance);

        Assert.Equal((RunStatus.Available, 1, 0), (verdict.State.Status, verdict.State.Attempt, verdict.State.Tried));
        Assert.Equal(
            [typeof(RunNotice.AttemptRevoked), typeof(RunNotice.Available), typeof(RunNotice.Changed)],
            verdict.Notices.Select(notice => notice.GetType()));
    }

    [Fact]
    public void What_an_earlier_attempt_finished_stays_when_the_next_is_given_back()
    {
        var state = Given([.. WithOpenStep(), Reported(3, StepCompleted()), Requeued(), Claimed(2)])
            .When(new RunCommand.GiveBack(2, "not joined")).State;

        Assert.Equal(StepA, Assert.Single(state.FinishedSteps).StepId);
        Assert.Equal((2, 1, 1), (state.Attempt, state.Tried, state.NotLost));
    }

    [Fact]
    public void A_started_attempt_cannot_be_given_back_it_is_lost() =>
        Given(WithOpenStep(LossPolicy.Lost)).When(GiveBack)
            .Then(
                new RunEvent.Ended(RunStatus.Lost, "LostAfterStart", "not joined", Now) { LostSteps = [OpenA()] },
                RunReply.Done.Instance);

    [Fact]
    public void Giving_back_another_attempt_or_none_changes_nothing()
    {
        Given(Created(), Claimed()).When(new RunCommand.GiveBack(2, "late")).ThenOnly(RunReply.Done.Instance);
        Given(Created()).When(GiveBack).ThenOnly(RunReply.Done.Instance);
        Given(Succeeded()).When(GiveBack).ThenOnly(RunReply.Done.Instance);
    }

    [Fact]
    public void Attempts_that_were_given_back_do_not_make_a_run_poison()
    {
        var history = new List<RunEvent> { Created(LossPolicy.Restart) };
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            var requeued = new RunEvent.Requeued(attempt, "", true, Sample.At(attempt)) { GivenBack = attempt % 5 != 0 };
            history.AddRange([Claimed(attempt), requeued]);
        }

        var again = Given([.. history, Claimed(21)]).State;
        Assert.Equal((RunStatus.Claimed, 5), (again.Status, again.Tried));
        var state = Given([.. history, Claimed(21)]).When(new RunCommand.Abandon(21, "gone")).State;
        Assert.Equal("PoisonRun", state.ErrorType);
    }

    [Fact]
    public void The_last_step_that_says_so_decides_what_a_webhook_is_answered_with()
    {
        var first = new DataclipBody(Sample.Id(40), DataclipType.WebhookResponse, "{}"u8.ToArray(), null);
        var last = first with { Id = Sample.Id(41) };
        var stepA = (RunReport.StepComplete)StepComplete() with { WebhookResponse = first };
        var stepB = (RunReport.StepComplete)StepComplete() with { StepId = StepB, JobId = JobB, WebhookResponse = last };
        var third = (RunReport.StepComplete)StepComplete() with { StepId = Sample.Id(22), JobId = JobB };

        var verdict = Given(Created(), Claimed()).When(Report(0, stepA, stepB, third, Complete()));

        Assert.Equal(last.Id, verdict.State.WebhookResponseId);
        verdict.ThenAttached(first, last);
    }

    [Fact]
    public void The_next_attempt_reports_from_the_beginning_and_ends_with_the_steps_of_both()
    {
        var second = new RunReport.StepStart(Sample.At(30), StepB, JobB, OutputA);
        var end = (RunReport.StepComplete)StepComplete() with { StepId = StepB, JobId = JobB };
        RunEvent[] history = [.. WithOpenStep(), Reported(3, StepCompleted()), Requeued(), Claimed(2)];

        var state = Given(history).When(new RunCommand.Report(2, 0, [Start(), second, end, Complete()])).State;

        Assert.Equal([(StepA, 1), (StepB, 2)], state.FinishedSteps.Select(step => (step.StepId, step.Attempt)));
        Assert.Equal((RunStatus.Success, 2, 4), (state.Status, state.Attempt, state.Reported));
    }
}
