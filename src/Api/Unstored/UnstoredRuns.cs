using Actors.Runs;
using Cluster.Entities;

namespace Api.Unstored;

/// <summary>
/// A run as its domain decides it, with the memory that a run without stored bodies needs. What a decision brings is held before the decision is
/// stored, so that a run that exists has its bodies; without room the run is not created, and outputs count as too large to keep.
/// </summary>
internal sealed class UnstoredRuns(IEntityBehavior<RunState, RunCommand, RunEvent> runs, HeldBodies held)
    : IEntityBehavior<RunState, RunCommand, RunEvent>
{
    public const string MemoryFullCode = "memory_full";

    private static readonly Refusal s_memoryFull = new(
        RefusalKind.Overloaded,
        MemoryFullCode,
        "The project stores no data, and the memory for data under way is full. Nothing was accepted; try again later.");

    public RunState Initial => runs.Initial;

    public Decision<RunEvent> Decide(RunState state, RunCommand command, in DecisionContext context)
    {
        switch (command)
        {
            case RunCommand.ReadBody read when RunStorage.IsUnstored(state.Plan):
                return Decision<RunEvent>.Answer(new RunReply.Body(held.Find(context.Entity.Id, read.DataclipId)));

            // Whoever thinks that a waiting run has lost its bodies may have looked before they came.
            case RunCommand.LoseBodies when state.Status == RunStatus.Available && HasAll(context.Entity.Id, state):
                return Decision<RunEvent>.Answer(RunReply.Done.Instance);
        }

        var decision = runs.Decide(state, command, context);
        return decision.Attachments.IsDefaultOrEmpty || command is RunCommand.Reject ? decision : Keep(state, command, context, decision);
    }

    public RunState Evolve(RunState state, RunEvent @event) => runs.Evolve(state, @event);

    public IEnumerable<Effect> React(RunState state, RunEvent @event) => runs.React(state, @event);

    public IEnumerable<Effect> Resume(RunState state) => runs.Resume(state);

    private Decision<RunEvent> Keep(RunState state, RunCommand command, in DecisionContext context, in Decision<RunEvent> decision)
    {
        var bodies = decision.Attachments.OfType<UnstoredBody>().Select(static body => body.Clip).ToList();
        var plan = state.Plan ?? (command as RunCommand.Create)?.Plan;
        if (bodies.Count == 0 || plan is null || held.TryKeep(context.Entity.Id, plan.ProjectId, bodies)) return decision;
        return command is RunCommand.Report report
            ? runs.Decide(state, report with { Reports = RunStorage.WithoutBodies(report.Reports) }, context)
            : s_memoryFull;
    }

    private bool HasAll(Guid runId, RunState state) =>
        (state.Plan!.InputDataclipId is not { } input || held.Find(runId, input) is not null)
        && state.FinishedSteps.All(step => step.OutputDataclipId is not { } output || held.Find(runId, output) is not null);
}
