using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Operations;

/// <summary>What a bulk operation decides. Its page number is the fence: of two nodes that both believe that they execute it,
/// one is refused.</summary>
internal static class OperationDecider
{
    public static Decision<OperationEvent> Decide(
        OperationState state, OperationCommand command, in DecisionContext context)
    {
        if (command is OperationCommand.Start start) return Start(state, start, context);
        if (state.Status == OperationStatus.Absent) return OperationRefusals.NotFound(context.Entity.Id);

        return command switch
        {
            OperationCommand.Take take => Take(state, take, context.Now),
            OperationCommand.Advance advance => Advance(state, advance, context.Now),
            OperationCommand.Stop => state.Status == OperationStatus.Running
                ? Persist(state, new OperationEvent.Ended(OperationStatus.Stopped, context.Now))
                : OperationRefusals.Ended(),
            OperationCommand.Look => Decision<OperationEvent>.Answer(new OperationReply.Present(state)),
            _ => throw new UnreachableException(),
        };
    }

    private static Decision<OperationEvent> Start(
        OperationState state, OperationCommand.Start start, in DecisionContext context)
    {
        if (state.Status != OperationStatus.Absent) return OperationRefusals.Exists(context.Entity.Id);
        if (start.Plan.Ids.Length > OperationPlan.MaxIds || (start.Plan.Filter is null) == start.Plan.Ids.IsEmpty)
        {
            return OperationRefusals.InvalidPlan();
        }

        return Persist(state, new OperationEvent.Started(context.Entity.Id, start.Plan, context.Now));
    }

    private static Decision<OperationEvent> Take(OperationState state, OperationCommand.Take take, DateTimeOffset now)
    {
        if (state.Status != OperationStatus.Running) return OperationRefusals.Ended();
        if (take.Page != state.Page + 1 || !state.Items.IsEmpty) return OperationRefusals.StalePage(state.Page);
        if (take.Items.Length > OperationState.PageSize) return OperationRefusals.InvalidPage();

        var taken = new OperationEvent.Taken(take.Page, take.Items, take.Next, now);
        return take.Items.IsEmpty && take.Next is null
            ? Persist(state, taken, new OperationEvent.Ended(OperationStatus.Done, now))
            : Persist(state, taken);
    }

    /// <summary>Taken after a stop, too: what was done to the page under way is counted.</summary>
    private static Decision<OperationEvent> Advance(OperationState state, OperationCommand.Advance advance, DateTimeOffset now)
    {
        if (advance.Page != state.Page || state.Items.IsEmpty) return OperationRefusals.StalePage(state.Page);
        if (advance.Done < 0 || advance.Refused < 0 || advance.Failed < 0
            || advance.Done + advance.Refused + advance.Failed != state.Items.Length
            || advance.Refusals.Length > OperationState.PageSize)
        {
            return OperationRefusals.InvalidPage();
        }

        var advanced = new OperationEvent.Advanced(
            advance.Page, advance.Done, advance.Refused, advance.Failed, Bounded(advance.Refusals), now);
        return state.Next is null && state.Status == OperationStatus.Running
            ? Persist(state, advanced, new OperationEvent.Ended(OperationStatus.Done, now))
            : Persist(state, advanced);
    }

    private static ImmutableArray<ItemRefusal> Bounded(ImmutableArray<ItemRefusal> refusals) =>
        [.. refusals.Select(static refusal => refusal with { Detail = BoundedText.Of(refusal.Detail, 500) })];

    private static Decision<OperationEvent> Persist(OperationState state, params ImmutableArray<OperationEvent> events)
    {
        var after = events.Aggregate(state, OperationEvolver.Evolve);
        return Decision<OperationEvent>.Persist(events, new OperationReply.Present(after));
    }
}

/// <summary>Every way a bulk operation says no. The codes are part of the public API.</summary>
public static class OperationRefusals
{
    public const string NotFoundCode = "operation_not_found";
    public const string ExistsCode = "operation_exists";
    public const string InvalidCode = "operation_invalid";
    public const string EndedCode = "operation_ended";
    public const string StalePageCode = "stale_page";

    internal static Refusal NotFound(Guid id) =>
        new(RefusalKind.NotFound, NotFoundCode, $"There is no bulk operation {id}.");

    internal static Refusal Exists(Guid id) => new(RefusalKind.Conflict, ExistsCode, $"Bulk operation {id} exists already.");

    internal static Refusal InvalidPlan() =>
        new(RefusalKind.Invalid, InvalidCode, $"A bulk operation has a filter or 1 to {OperationPlan.MaxIds} ids.");

    internal static Refusal InvalidPage() =>
        new(RefusalKind.Invalid, InvalidCode, "The page or its results do not fit the operation.");

    internal static Refusal Ended() => new(RefusalKind.Conflict, EndedCode, "The bulk operation has ended.");

    internal static Refusal StalePage(int page) =>
        new(RefusalKind.Conflict, StalePageCode, $"The bulk operation is at page {page}.");
}
