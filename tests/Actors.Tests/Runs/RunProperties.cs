using System.Text;
using Actors.Runs;
using Actors.Tests.Support;
using Actors.Workflows;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Tests.Runs;

/// <summary>Random command sequences. The seed is printed when one breaks an invariant.</summary>
public sealed class RunProperties
{
    [Fact]
    public void Any_sequence_of_commands_keeps_the_invariants() =>
        Prop.ForAll(Lists(Commands()), commands =>
        {
            var referee = new RunReferee(new RunSettings(MaxAttempts: 3, MaxSteps: 4));
            foreach (var command in commands)
            {
                referee.Command(command(referee.State));
            }

            referee.Finish();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reports_may_be_cut_and_repeated_at_will() =>
        Prop.ForAll(Lists(Reports()), Lists(Gen.Choose(0, 4)), (reports, cuts) =>
            Assert.Equal(
                Snapshot(Deliver(reports, [])),
                Snapshot(Deliver(reports, cuts)))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_facts_of_any_reports_close_every_step_that_they_open() =>
        Prop.ForAll(Lists(Reports()), reports =>
        {
            var facts = Deliver([.. reports, ARun.Complete()], []).Facts;
            var opened = facts.OfType<RunFact.StepStarted>().Select(step => step.StepId).ToHashSet();
            var finished = facts.OfType<RunFact.StepCompleted>().Select(step => step.StepId);
            var lost = facts.OfType<RunFact.Completed>().Single().LostSteps.Select(step => step.StepId);
            Assert.Equal(opened.Order(), finished.Concat(lost).Order());
        }).QuickCheckThrowOnFailure();

    /// <summary>Each cut says how much comes next and how much of what came is repeated.</summary>
    private static (RunState State, List<RunFact> Facts) Deliver(IReadOnlyList<RunReport> reports, IEnumerable<int> cuts)
    {
        var referee = new RunReferee(new RunSettings());
        referee.Command(new RunCommand.Create(ARun.Plan, null));
        referee.Command(new RunCommand.Claim("worker-1"));
        var sent = 0;
        foreach (var cut in cuts.Append(reports.Count))
        {
            var from = Math.Max(0, sent - (cut / 2));
            var next = Math.Min(reports.Count, sent + cut);
            referee.Command(new RunCommand.Report(1, from, [.. reports.Skip(from).Take(next - from)]));
            sent = next;
        }

        return (referee.State, referee.Facts);
    }

    /// <summary>How many events were counted behind the end differs with the cuts, and nothing else may.</summary>
    private static string Snapshot((RunState State, List<RunFact> Facts) delivered)
    {
        var state = delivered.State.IsFinal ? delivered.State with { Reported = 0 } : delivered.State;
        var codec = new RunCodec();
        return Encoding.UTF8.GetString(codec.EncodeSnapshot(state).Bytes.Span)
            + Encoding.UTF8.GetString(codec.Encode(new RunEvent.Reported(1, 1, [.. delivered.Facts])).Bytes.Span);
    }

    private static Arbitrary<IReadOnlyList<T>> Lists<T>(Gen<T> items) =>
        Arb.From(items.ListOf().Select(list => (IReadOnlyList<T>)[.. list]), WithoutOne);

    private static IEnumerable<IReadOnlyList<T>> WithoutOne<T>(IReadOnlyList<T> list) =>
        Enumerable.Range(0, list.Count).Select(left => (IReadOnlyList<T>)[.. list.Where((_, i) => i != left)]);

    /// <summary>Commands that mostly fit the state they meet, and sometimes do not.</summary>
    private static Gen<Func<RunState, RunCommand>> Commands() =>
        Gen.Frequency(
            (2, Policies().Select(Create)),
            (4, Gen.Constant<Func<RunState, RunCommand>>(_ => new RunCommand.Claim("worker"))),
            (8, Report()),
            (3, Gen.Choose(-1, 1).Select<int, Func<RunState, RunCommand>>(
                off => state => new RunCommand.Abandon(state.Attempt + Math.Min(0, off), "gone"))),
            (2, Gen.Choose(-1, 0).Select<int, Func<RunState, RunCommand>>(
                off => state => new RunCommand.GiveBack(state.Attempt + off, "returned"))),
            (1, Gen.Elements<Func<RunState, RunCommand>>(_ => new RunCommand.Cancel(), _ => new RunCommand.Look())));

    private static Func<RunState, RunCommand> Create(LossPolicy policy) =>
        _ => new RunCommand.Create(ARun.Plan with { OnLoss = policy }, null);

    private static Gen<LossPolicy> Policies() => Gen.Elements(LossPolicy.Resume, LossPolicy.Restart, LossPolicy.Lost);

    private static Gen<Func<RunState, RunCommand>> Report() =>
        from attemptOff in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(-1, 1)))
        from fromOff in Gen.Frequency((6, Gen.Constant(0)), (2, Gen.Choose(-3, 1)))
        from reports in Reports().ListOf()
        select (Func<RunState, RunCommand>)(state => new RunCommand.Report(
            state.Attempt + attemptOff, state.Reported + fromOff, [.. reports]));

    private static Gen<RunReport> Reports()
    {
        var step = Gen.Choose(20, 24).Select(Sample.Id);
        var reason = Gen.Elements(Enum.GetValues<ExitReason>());
        return Gen.Frequency<RunReport>(
            (2, Gen.Constant<RunReport>(ARun.Start())),
            (2, Gen.Constant<RunReport>(ARun.Log("x"))),
            (6, step.Select<Guid, RunReport>(id => new RunReport.StepStart(Sample.At(12), id, ARun.JobA, null))),
            (6, from id in step
                from ended in reason
                from tooLarge in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
                select (RunReport)new RunReport.StepComplete(
                    Sample.At(14), id, ARun.JobA, ended, null, null, tooLarge ? null : ARun.Output(id), tooLarge, 5, 6)),
            (1, reason.Select<ExitReason, RunReport>(ended => ARun.Complete(ended))));
    }
}
