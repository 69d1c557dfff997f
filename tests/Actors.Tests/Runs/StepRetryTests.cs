using System.Collections.Immutable;
using Actors.Runs;
using Actors.Tests.Support;
using Actors.Workflows;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

public sealed class StepRetryTests
{
    private static readonly RunEvent CreatedWithRetry = new RunEvent.Created(
        Plan with { Retries = new JobRetries([new JobRetry(JobA, new RetryPolicy(3, 1_000, 60_000))]) }, Sample.At(0))
    {
        RunId = RunId,
    };

    private static readonly RunReport Failed = new RunReport.StepComplete(
        Sample.At(14), StepA, JobA, ExitReason.Fail, "JobError", "no", Output(OutputA), false, 2000, 5);

    [Fact]
    public void A_run_whose_failed_step_has_tries_left_waits_and_keeps_the_rest()
    {
        var verdict = Given(CreatedWithRetry, Claimed()).When(Report(0, StepStart(), Failed, Complete(ExitReason.Fail)));

        Assert.Equal((RunStatus.Available, null), (verdict.State.Status, verdict.State.Worker));
        Assert.True(Assert.Single(verdict.State.FinishedSteps).Retry);
        Assert.InRange(verdict.State.NotBefore!.Value - Sample.At(15), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.25));
        Assert.Equal(
            [typeof(RunNotice.AttemptEnded), typeof(RunNotice.Changed)],
            verdict.Notices.Select(notice => notice.GetType()));
    }

    [Fact]
    public void Waits_double_up_to_their_bound()
    {
        var (second, _) = Fail([CreatedWithRetry, Claimed()], attempt: 1);
        Assert.InRange(second.NotBefore!.Value - Sample.At(15), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.25));

        var bounded = Plan with { Retries = new JobRetries([new JobRetry(JobA, new RetryPolicy(20, 1_000, 1_500))]) };
        var (_, history) = Fail([new RunEvent.Created(bounded, Sample.At(0)) { RunId = RunId }, Claimed()], attempt: 1);
        var (third, _) = Fail([.. history, Claimed(2)], attempt: 2);
        Assert.InRange(third.NotBefore!.Value - Sample.At(15), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1.875));
    }

    [Fact]
    public void A_run_fails_when_its_tries_are_used_up()
    {
        var (_, first) = Fail([CreatedWithRetry, Claimed()], attempt: 1);
        var (_, second) = Fail([.. first, Claimed(2)], attempt: 2);
        var (state, _) = Fail([.. second, Claimed(3)], attempt: 3);

        Assert.Equal(RunStatus.Failed, state.Status);
        Assert.Equal([true, true, false], state.FinishedSteps.Select(step => step.Retry));
    }

    [Fact]
    public void A_failure_that_another_step_took_up_is_not_tried_again()
    {
        var handled = new RunReport.StepComplete(Sample.At(15), StepB, JobB, ExitReason.Fail, "JobError", "no", null, false, 1, 1);
        var verdict = Given(CreatedWithRetry, Claimed()).When(Report(
            0, StepStart(), Failed, new RunReport.StepStart(Sample.At(14), StepB, JobB, OutputA), handled, Complete(ExitReason.Fail)));

        Assert.Equal(RunStatus.Failed, verdict.State.Status);
    }

    [Theory]
    [InlineData(ExitReason.Crash)]
    [InlineData(ExitReason.Kill)]
    [InlineData(ExitReason.Exception)]
    public void Only_failures_are_tried_again(ExitReason reason) =>
        Assert.True(Given(CreatedWithRetry, Claimed()).When(Report(0, StepStart(), Failed, Complete(reason))).State.IsFinal);

    [Fact]
    public void A_run_without_a_policy_fails() =>
        Assert.Equal(
            RunStatus.Failed,
            Given(Created(), Claimed()).When(Report(0, StepStart(), Failed, Complete(ExitReason.Fail))).State.Status);

    [Fact]
    public void A_run_that_waits_for_its_time_is_not_offered_on_recovery()
    {
        var (state, _) = Fail([CreatedWithRetry, Claimed()], attempt: 1);
        Assert.Empty(new RunBehavior().Resume(state));
        Assert.Single(new RunBehavior().Resume(state with { NotBefore = null }));
    }

    [Fact]
    public void It_is_cancelled_while_it_waits()
    {
        var (_, history) = Fail([CreatedWithRetry, Claimed()], attempt: 1);
        Assert.Equal(RunStatus.Cancelled, Given([.. history]).When(new RunCommand.Cancel()).State.Status);
    }

    [Fact]
    public void Policies_are_equal_by_content() => Assert.Equal(
        new JobRetries([new JobRetry(JobA, new RetryPolicy(3, 1, 2))]), new JobRetries([new JobRetry(JobA, new RetryPolicy(3, 1, 2))]));

    /// <summary>An attempt that executes step A, which fails: the state then, and the whole history.</summary>
    private static (RunState State, ImmutableArray<RunEvent> History) Fail(
        ImmutableArray<RunEvent> before, int attempt)
    {
        var step = Sample.Id(100 + attempt);
        var output = Output(Sample.Id(200 + attempt));
        var verdict = Given([.. before]).When(new RunCommand.Report(
            attempt,
            0,
            [
                new RunReport.StepStart(Sample.At(12), step, JobA, InputId),
                new RunReport.StepComplete(Sample.At(14), step, JobA, ExitReason.Fail, "JobError", "no", output, false, 1, 1),
                Complete(ExitReason.Fail),
            ]));
        return (verdict.State, [.. before, .. verdict.Decision.Events]);
    }
}
