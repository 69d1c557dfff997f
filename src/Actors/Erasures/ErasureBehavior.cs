using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Erasures;

/// <summary>
/// The erasure of what a project has of a person (GDPR, Article 17): it searches, is looked at, and only then erases. Both are the work of
/// the node that owns it. When it is over its history is forgotten, and with it what was looked for.
/// </summary>
public sealed class ErasureBehavior : IEntityBehavior<ErasureState, ErasureCommand, ErasureEvent>
{
    public ErasureState Initial => ErasureState.Absent;

    public Decision<ErasureEvent> Decide(ErasureState state, ErasureCommand command, in DecisionContext context) =>
        ErasureDecider.Decide(state, command, context);

    public ErasureState Evolve(ErasureState state, ErasureEvent @event)
    {
        Invariant.Holds(
            @event is ErasureEvent.Ended || @event is ErasureEvent.Started == (state.Status == ErasureStatus.Absent), "an erasure is started once");
        return @event switch
        {
            ErasureEvent.Started started => state with
            {
                Status = ErasureStatus.Searching,
                ProjectId = started.ProjectId,
                Texts = started.Texts,
                Hashes = started.Hashes,
                StartedAt = started.At,
            },
            ErasureEvent.Advanced advanced => state with
            {
                Status = advanced.Cursor is null ? ErasureStatus.Ready : ErasureStatus.Searching,
                Page = advanced.Page,
                Cursor = advanced.Cursor,
                Searched = state.Searched + advanced.Searched,
                Unreadable = state.Unreadable + advanced.Unreadable,
                ReadyAt = advanced.Cursor is null ? advanced.At : null,
            },
            ErasureEvent.Executed => state with { Status = ErasureStatus.Erasing },
            ErasureEvent.Ended ended => ended.State,
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The node that owns it looks for what there is to do; it is told when there is something.</summary>
    public IEnumerable<Effect> React(ErasureState state, ErasureEvent @event) =>
        @event is ErasureEvent.Started or ErasureEvent.Executed ? [new Effect.Announce(ErasureRuns.Instance)] : [];

    public IEnumerable<Effect> Resume(ErasureState state) => [];
}

/// <summary>What an erasure announces inside its node after a commit that gives it something to do.</summary>
public sealed record ErasureRuns
{
    public static readonly ErasureRuns Instance = new();
}
