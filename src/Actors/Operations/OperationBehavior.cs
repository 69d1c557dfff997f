using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Operations;

/// <summary>
/// A bulk operation as the engine knows it: what is to be done, how far it got, and what came of it. Doing it is the work
/// of the node that owns it; every page is journalled before and after.
/// </summary>
public sealed class OperationBehavior : IEntityBehavior<OperationState, OperationCommand, OperationEvent>
{
    public OperationState Initial => OperationState.Absent;

    public Decision<OperationEvent> Decide(OperationState state, OperationCommand command, in DecisionContext context) =>
        OperationDecider.Decide(state, command, context);

    public OperationState Evolve(OperationState state, OperationEvent @event) => OperationEvolver.Evolve(state, @event);

    public IEnumerable<Effect> React(OperationState state, OperationEvent @event) =>
        @event is OperationEvent.Started ? Resume(state) : [];

    public IEnumerable<Effect> Resume(OperationState state) =>
        state.Status == OperationStatus.Running
            ? [new Effect.Announce(new OperationRuns(state.Id, state.Plan!.ProjectId))]
            : [];
}

/// <summary>The one way a bulk operation's state changes.</summary>
internal static class OperationEvolver
{
    public static OperationState Evolve(OperationState state, OperationEvent @event)
    {
        Invariant.Holds(
            @event is OperationEvent.Started == (state.Status == OperationStatus.Absent), "an operation is started once");
        return @event switch
        {
            OperationEvent.Started started => state with
            {
                Status = OperationStatus.Running,
                Id = started.Id,
                Plan = started.Plan,
                StartedAt = started.At,
                UpdatedAt = started.At,
            },
            OperationEvent.Taken taken => Taken(state, taken),
            OperationEvent.Advanced advanced => Advanced(state, advanced),
            OperationEvent.Ended ended => state with
            {
                Status = ended.Status,
                UpdatedAt = ended.At,
                FinishedAt = ended.At,
            },
            _ => throw new UnreachableException(),
        };
    }

    private static OperationState Taken(OperationState state, OperationEvent.Taken taken)
    {
        Invariant.Holds(taken.Page == state.Page + 1 && state.Items.IsEmpty, "pages are taken one after the other");
        return state with
        {
            Page = taken.Page,
            Items = taken.Items,
            Next = taken.Next,
            Found = state.Found + taken.Items.Length,
            UpdatedAt = taken.At,
        };
    }

    private static OperationState Advanced(OperationState state, OperationEvent.Advanced advanced)
    {
        Invariant.Holds(advanced.Page == state.Page && !state.Items.IsEmpty, "only the page under way has results");
        var room = OperationState.MaxRefusals - state.Refusals.Length;
        return state with
        {
            Items = [],
            Done = state.Done + advanced.Done,
            Refused = state.Refused + advanced.Refused,
            Failed = state.Failed + advanced.Failed,
            Refusals = state.Refusals.AddRange(advanced.Refusals.Take(room)),
            UpdatedAt = advanced.At,
        };
    }
}
