using Cluster.Entities;

namespace Actors.Runs;

/// <summary>
/// Takes the reports of an attempt. The attempt number is the term of a lease: a report of another term changes
/// nothing. Inside a term events are numbered, so that a repeat is skipped and a hole is noticed.
/// </summary>
internal static class RunReporting
{
    public static Decision<RunEvent> Report(RunState state, RunCommand.Report command, RunSettings settings)
    {
        if (command.From < 0) return RunRefusals.NegativeNumber();
        if (command.Attempt != state.Attempt) return RunRefusals.StaleAttempt(state, command.Attempt);
        if (state.IsFinal) return AfterTheEnd(state, command);
        if (!state.IsActive || command.Entry != state.Entry) return RunRefusals.StaleAttempt(state, command.Attempt);
        if (command.From > state.Reported) return RunRefusals.Gap(state.Reported, command.From);

        var next = Next(command);
        return next <= state.Reported
            ? Decision<RunEvent>.Answer(new RunReply.Accepted(state.Reported))
            : Store(state, command, next, settings);
    }

    /// <summary>Whose attempt is over, or whose run has ended, changes nothing: the reply says so.</summary>
    public static Decision<RunEvent> Enter(RunState state, RunCommand.Enter command)
    {
        if (!state.IsActive || command.Attempt != state.Attempt) return Decision<RunEvent>.Answer(new RunReply.Present(state));

        var entered = new RunEvent.Entered(state.Attempt, state.Entry + 1);
        return Decision<RunEvent>.Persist(entered, new RunReply.Present(RunEvolver.Evolve(state, entered)));
    }

    /// <summary>
    /// A worker that did not hear the answer to its completion repeats it, and one with log lines behind it would send
    /// those for ever: both are told that they are done.
    /// </summary>
    private static Decision<RunEvent> AfterTheEnd(RunState state, RunCommand.Report command) =>
        state.EndedByAttempt
            ? Decision<RunEvent>.Answer(new RunReply.Accepted(Math.Max(state.Reported, Next(command))))
            : RunRefusals.Final(state);

    private static Decision<RunEvent> Store(RunState state, RunCommand.Report command, int next, RunSettings settings)
    {
        var intake = new ReportIntake(state, settings);
        for (var number = state.Reported; number < next; number++)
        {
            intake.Take(number, command.Reports[number - command.From]);
        }

        var reported = new RunEvent.Reported(command.Attempt, next, intake.Facts);
        return Decision<RunEvent>.Persist(reported, new RunReply.Accepted(next)).With(intake.Attachments);
    }

    private static int Next(RunCommand.Report command) =>
        (int)Math.Min(int.MaxValue, (long)command.From + (command.Reports.IsDefault ? 0 : command.Reports.Length));
}
