using System.Collections.Immutable;

namespace Actors.Operations;

/// <summary>Facts of a bulk operation. A public contract: see <c>OperationCodec</c> for the manifests.</summary>
public abstract record OperationEvent
{
    private OperationEvent()
    {
    }

    public sealed record Started(Guid Id, OperationPlan Plan, DateTimeOffset At) : OperationEvent;

    public sealed record Taken(int Page, ImmutableArray<Guid> Items, string? Next, DateTimeOffset At) : OperationEvent;

    public sealed record Advanced(
        int Page, int Done, int Refused, int Failed, ImmutableArray<ItemRefusal> Refusals, DateTimeOffset At) : OperationEvent;

    public sealed record Ended(OperationStatus Status, DateTimeOffset At) : OperationEvent;
}

/// <summary>What a bulk operation announces inside its node after a commit.</summary>
/// <param name="ProjectId">Operations of one project take turns.</param>
public sealed record OperationRuns(Guid OperationId, Guid ProjectId);
