using Cluster.Entities;

namespace Actors.Runs;

/// <summary>A run as the engine knows it: one execution of a workflow, in one or more attempts.</summary>
public sealed class RunBehavior(RunSettings settings) : IEntityBehavior<RunState, RunCommand, RunEvent>
{
    public RunBehavior()
        : this(new RunSettings())
    {
    }

    public RunState Initial => RunState.Absent;

    public Decision<RunEvent> Decide(RunState state, RunCommand command, in DecisionContext context) =>
        RunDecider.Decide(state, command, context, settings);

    public RunState Evolve(RunState state, RunEvent @event) => RunEvolver.Evolve(state, @event);

    public IEnumerable<Effect> React(RunState state, RunEvent @event) => RunReactions.React(state, @event);

    public IEnumerable<Effect> Resume(RunState state) => RunReactions.Resume(state);
}
