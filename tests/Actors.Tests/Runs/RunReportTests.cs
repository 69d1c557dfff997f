using Actors.Runs;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.ARun;

namespace Actors.Tests.Runs;

public sealed class RunReportTests
{
    [Fact]
    public void A_whole_run_in_one_report_is_one_event()
    {
        var output = Output(OutputA);
        var verdict = Given(Created(), Claimed())
            .When(Report(0, Start(), StepStart(), Log("hello"), StepComplete(output), Complete()))
            .Then(
                Reported(5, Started(), StepStarted(), StepCompleted(), Completed(RunStatus.Success)),
                new RunReply.Accepted(5))
            .ThenAttached(output, new LogLines(1, [new LogLine(2, Sample.At(13), "JOB", "info", "[\"hello\"]", StepA)]));

        Assert.Equal(RunStatus.Success, verdict.State.Status);
        Assert.Equal(Sample.At(15), verdict.State.FinishedAt);
    }

    [Fact]
    public void Log_lines_alone_advance_the_number_without_a_fact() =>
        Given(Created(), Claimed()).When(Report(0, Log("a"), Log("b")))
            .Then(Reported(2), new RunReply.Accepted(2))
            .ThenAttached(new LogLines(1, [Line(0, "a"), Line(1, "b")]));

    [Fact]
    public void A_finished_step_keeps_what_its_start_said()
    {
        var step = Assert.Single(Given(WithOpenStep()).When(Report(2, StepComplete())).State.FinishedSteps);
        Assert.Equal((1, Sample.At(12), (Guid?)InputId), (step.Attempt, step.StartedAt, step.InputDataclipId));
    }

    [Fact]
    public void A_repeated_report_stores_nothing() =>
        Given(WithOpenStep()).When(Report(0, Start(), StepStart())).ThenOnly(new RunReply.Accepted(2));

    [Fact]
    public void An_empty_report_stores_nothing() =>
        Given(WithOpenStep()).When(Report(2)).ThenOnly(new RunReply.Accepted(2));

    [Fact]
    public void Of_an_overlapping_report_only_the_new_part_is_stored() =>
        Given(WithOpenStep()).When(Report(1, StepStart(), Log("new"), StepComplete()))
            .Then(
                Reported(4, StepCompletedWithoutOutput()),
                new RunReply.Accepted(4))
            .ThenAttached(new LogLines(1, [Line(2, "new")]));

    [Fact]
    public void A_gap_is_refused_with_the_number_that_is_expected()
    {
        var refusal = Given(WithOpenStep()).When(Report(5, StepComplete()))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.GapCode);

        Assert.Equal(2, RunRefusals.ExpectedNumber(refusal));
        Assert.Contains("from 2", refusal.Message);
        Assert.Null(RunRefusals.ExpectedNumber(new Refusal(RefusalKind.Conflict, "run_final", "")));
    }

    [Fact]
    public void A_negative_number_is_refused() =>
        Given(WithOpenStep()).When(Report(-1, Start())).ThenRefused(RefusalKind.Invalid, RunRefusals.InvalidReportCode);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_report_of_another_attempt_is_refused(int attempt) =>
        Given(Created(), Claimed()).When(new RunCommand.Report(attempt, 0, [Start()]))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.StaleAttemptCode);

    [Fact]
    public void A_report_of_an_attempt_that_was_given_up_is_refused()
    {
        Given(Created(), Claimed(), Requeued()).When(Report(0, Start()))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.StaleAttemptCode);
        Given(Created(), Claimed(), Requeued(), Claimed(2)).When(Report(0, Start()))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.StaleAttemptCode);
    }

    [Fact]
    public void A_repeated_completion_is_accepted_again() =>
        Given(Succeeded()).When(Report(1, Complete())).ThenOnly(new RunReply.Accepted(2));

    [Fact]
    public void What_comes_after_the_completion_is_dropped_and_not_asked_for_again() =>
        Given(Succeeded()).When(Report(2, Log("late"))).ThenOnly(new RunReply.Accepted(3));

    [Fact]
    public void A_report_to_a_run_that_the_cluster_ended_is_refused()
    {
        var cancelled = new RunEvent.Ended(RunStatus.Cancelled, null, null, Now);
        Given([.. WithOpenStep(), cancelled]).When(Report(2, Complete()))
            .ThenRefused(RefusalKind.Conflict, RunRefusals.FinalCode);
    }

    [Fact]
    public void Behind_a_completion_in_the_same_report_only_log_lines_count() =>
        Given(Created(), Claimed()).When(Report(0, Complete(), Log("x"), StepStart(), Complete(ExitReason.Fail)))
            .Then(Reported(4, Completed(RunStatus.Success)), new RunReply.Accepted(4))
            .ThenAttached(new LogLines(1, [Line(1, "x")]));

    [Fact]
    public void A_final_state_that_is_no_steps_output_becomes_a_dataclip()
    {
        var body = Output(Sample.Id(40));
        var verdict = Given(Created(), Claimed())
            .When(Report(0, new RunReport.Complete(Sample.At(15), ExitReason.Success, null, null, body, null)))
            .ThenAttached(body);

        Assert.Equal(body.Id, verdict.State.FinalDataclipId);
    }

    [Fact]
    public void A_final_state_that_is_a_steps_output_is_not_stored_twice()
    {
        var verdict = Given(Created(), Claimed())
            .When(Report(0, new RunReport.Complete(
                Sample.At(15), ExitReason.Success, null, null, Output(Sample.Id(40)), OutputA)))
            .ThenAttached();

        Assert.Equal(OutputA, verdict.State.FinalDataclipId);
    }

    [Theory]
    [InlineData(ExitReason.Success, RunStatus.Success)]
    [InlineData(ExitReason.Fail, RunStatus.Failed)]
    [InlineData(ExitReason.Crash, RunStatus.Crashed)]
    [InlineData(ExitReason.Cancel, RunStatus.Cancelled)]
    [InlineData(ExitReason.Kill, RunStatus.Killed)]
    [InlineData(ExitReason.Exception, RunStatus.Exception)]
    [InlineData(ExitReason.Lost, RunStatus.Lost)]
    public void A_runs_state_follows_from_its_reason(ExitReason reason, RunStatus status) =>
        Assert.Equal(status, Given(WithOpenStep()).When(Report(2, Complete(reason))).State.Status);

    [Fact]
    public void Errors_are_stored_in_bounds_and_without_NUL()
    {
        var message = "a\0b" + new string('x', 5_000) + "😀";
        var state = Given(Created(), Claimed())
            .When(Report(0, new RunReport.Complete(Sample.At(15), ExitReason.Crash, "E\0", message, null, null))).State;

        Assert.Equal("E\uFFFD", state.ErrorType);
        Assert.Equal(4_000, state.ErrorMessage!.Length);
        Assert.StartsWith("a\uFFFDb", state.ErrorMessage);
    }

    private static LogLine Line(int number, string message) =>
        new(number, Sample.At(13), "JOB", "info", $"[\"{message}\"]", StepA);

    private static RunFact StepCompletedWithoutOutput() =>
        (RunFact.StepCompleted)StepCompleted() with { OutputDataclipId = null };
}
