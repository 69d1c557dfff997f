using Actors.Runs;
using Actors.Tests.Support;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

/// <summary>Workers lose single events for good and repeat others: the run must end as it really ended.</summary>
public sealed class RunLeniencyTests
{
    [Fact]
    public void A_step_that_ends_without_a_start_is_recorded_as_started_its_duration_before() =>
        Given(Created(), Claimed(), Reported(1, Started())).When(Report(1, StepComplete(Output(OutputA))))
            .Then(
                Reported(2, new RunFact.StepStarted(Sample.At(12), StepA, JobA, null), StepCompleted()),
                new RunReply.Accepted(2));

    [Theory]
    [InlineData(-5, 14)]
    [InlineData(long.MinValue, 14)]
    public void A_nonsensical_duration_is_taken_as_none(long durationMs, int startedAt) =>
        Assert.Equal(
            Sample.At(startedAt),
            Given(Created(), Claimed()).When(Report(0, StepComplete(durationMs: durationMs))).State.FinishedSteps[0].StartedAt);

    [Fact]
    public void A_duration_beyond_the_calendar_starts_with_the_epoch() =>
        Assert.Equal(
            DateTimeOffset.UnixEpoch,
            Given(Created(), Claimed())
                .When(Report(0, StepComplete(durationMs: long.MaxValue))).State.FinishedSteps[0].StartedAt);

    [Fact]
    public void A_step_that_starts_again_is_written_over()
    {
        var again = new RunReport.StepStart(Sample.At(13), StepA, JobA, null);
        var verdict = Given(WithOpenStep()).When(Report(2, again))
            .Then(
                Reported(3, new RunFact.StepStarted(Sample.At(13), StepA, JobA, null)), new RunReply.Accepted(3));

        Assert.Equal(new OpenStep(StepA, JobA, 1, Sample.At(13), null), Assert.Single(verdict.State.OpenSteps));
    }

    [Fact]
    public void A_start_or_end_of_a_finished_step_is_dropped() =>
        Given([.. WithOpenStep(), Reported(3, StepCompleted())])
            .When(Report(3, StepStart(), StepComplete(Output(Sample.Id(31)))))
            .Then(Reported(5), new RunReply.Accepted(5))
            .ThenAttached();

    [Fact]
    public void A_step_starts_a_run_whose_own_start_was_lost() =>
        Given(Created(), Claimed()).When(Report(0, StepStart()))
            .Then(
                Reported(1, new RunFact.Started(Sample.At(12), null), StepStarted()), new RunReply.Accepted(1));

    [Fact]
    public void A_late_start_brings_the_versions_and_keeps_the_time()
    {
        var state = Given(WithOpenStep()).When(Report(2, new RunReport.Start(Sample.At(99), "{}")))
            .Then(Reported(3, new RunFact.Started(Sample.At(99), "{}")), new RunReply.Accepted(3)).State;

        Assert.Equal(Sample.At(11), state.StartedAt);
    }

    [Fact]
    public void A_step_may_start_while_another_is_open()
    {
        var second = new RunReport.StepStart(Sample.At(13), StepB, JobB, null);
        Assert.Equal(2, Given(WithOpenStep()).When(Report(2, second)).State.OpenSteps.Length);
    }

    [Fact]
    public void A_claimed_run_may_complete_without_a_start()
    {
        var state = Given(Created(), Claimed()).When(Report(0, Complete(ExitReason.Exception)))
            .Then(Reported(1, Completed(RunStatus.Exception)), new RunReply.Accepted(1)).State;

        Assert.Null(state.StartedAt);
    }

    [Fact]
    public void A_completion_closes_open_steps_as_lost() =>
        Given(WithOpenStep()).When(Report(2, Complete()))
            .Then(Reported(3, Completed(RunStatus.Success, OpenA())), new RunReply.Accepted(3));

    [Fact]
    public void Log_lines_may_name_a_step_that_nobody_knows()
    {
        var line = new RunReport.Log(Sample.At(13), "R/T", "debug", "[]", Sample.Id(77));
        Given(Created(), Claimed()).When(Report(0, line))
            .ThenAttached(new LogLines(1, [new LogLine(0, Sample.At(13), "R/T", "debug", "[]", Sample.Id(77))]));
    }

    [Fact]
    public void Steps_beyond_the_bound_are_not_recorded_and_the_run_still_ends()
    {
        var second = new RunReport.StepStart(Sample.At(13), StepB, JobB, null);
        var orphan = (RunReport.StepComplete)StepComplete() with { StepId = Sample.Id(22) };

        var state = With(new RunSettings(MaxSteps: 1)).Given(WithOpenStep())
            .When(Report(2, second, orphan, StepComplete(), Complete())).State;

        Assert.Equal(StepA, Assert.Single(state.FinishedSteps).StepId);
        Assert.Equal((RunStatus.Success, 6), (state.Status, state.Reported));
    }
}
