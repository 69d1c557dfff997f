using System.Text;
using Actors.Runs;
using Actors.Tests.Support;
using Cluster.Entities;

namespace Actors.Tests.Runs;

/// <summary>
/// Plays commands against the behaviour as the engine would and judges every step by rules of its own: it shares no code
/// with the decider.
/// </summary>
internal sealed class RunReferee(RunSettings settings)
{
    private readonly RunBehavior _behavior = new(settings);
    private readonly RunCodec _codec = new();
    private RunState _replayed = RunState.Absent;
    private long _sequenceNr;
    private int _finals;

    public RunState State { get; private set; } = RunState.Absent;

    public List<RunFact> Facts { get; } = [];

    public void Command(RunCommand command)
    {
        var before = State;
        var context = new DecisionContext(new EntityRef(EntityTypes.Run, ARun.RunId), ARun.Now, _sequenceNr);
        var decision = _behavior.Decide(before, command, context);

        JudgeDecision(before, command, decision);
        foreach (var @event in decision.Events)
        {
            Evolve(@event);
        }

        JudgeReply(decision);
    }

    /// <summary>However it went, the run ends exactly once.</summary>
    public void Finish()
    {
        Command(new RunCommand.Create(ARun.Plan, null));
        Command(new RunCommand.Cancel());
        Assert.True(State.IsFinal);
        Assert.Equal(1, _finals);
    }

    private void Evolve(RunEvent @event)
    {
        var before = State;
        State = _behavior.Evolve(before, @event);
        _replayed = _behavior.Evolve(_replayed, _codec.Decode(_codec.Encode(@event)));
        _sequenceNr++;
        Assert.Equal(Text(State), Text(_replayed));
        Assert.Equal(Text(State), Text(_codec.DecodeSnapshot(_codec.EncodeSnapshot(State))!));

        if (@event is RunEvent.Reported reported) Facts.AddRange(reported.Facts);
        if (State.IsFinal) _finals++;
        JudgeTransition(before, @event);
        JudgeState();
    }

    private static void JudgeDecision(RunState before, RunCommand command, Decision<RunEvent> decision)
    {
        Assert.True(decision.Events.Length <= 1);
        Assert.True(decision.Events.IsEmpty || !before.IsFinal, "A final state changes.");
        if (command is RunCommand.Report report && (report.Attempt != before.Attempt || !before.IsActive))
        {
            Assert.True(decision.IsReplyOnly, "A report of an attempt that does not hold the run changes something.");
        }
    }

    private void JudgeTransition(RunState before, RunEvent @event)
    {
        Assert.True(State.Attempt == before.Attempt + (@event is RunEvent.Claimed ? 1 : 0), "Attempts grow by claims only.");
        Assert.True(
            State.Attempt > before.Attempt || State.Reported >= before.Reported, "Reported goes back in an attempt.");
        Assert.True(State.Tried <= settings.MaxAttempts, "There are more attempts than allowed.");
    }

    private void JudgeState()
    {
        var finished = State.FinishedSteps.Select(step => step.StepId).ToList();
        Assert.True(finished.Distinct().Count() == finished.Count, "A step finished twice.");
        Assert.True(State.IsActive || State.OpenSteps.IsEmpty, "A step is open while nobody executes it.");
        Assert.True(!State.OpenSteps.Any(step => finished.Contains(step.StepId)), "A step is open and finished.");
        Assert.True(State.OpenSteps.Length + finished.Count <= settings.MaxSteps, "There are more steps than allowed.");
        Assert.True(State.IsFinal == State.FinishedAt is not null, "Only what has ended has an end.");
    }

    private void JudgeReply(Decision<RunEvent> decision)
    {
        if (decision.Reply is RunReply.Accepted accepted && State.IsActive)
        {
            Assert.Equal(State.Reported, accepted.Next);
        }
    }

    private string Text(RunState state) => Encoding.UTF8.GetString(_codec.EncodeSnapshot(state).Bytes.Span);
}
