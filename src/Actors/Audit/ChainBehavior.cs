using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Audit;

/// <summary>The end of the chain.</summary>
/// <param name="Position">Of the last link, counted from 1; 0 for an empty chain.</param>
/// <param name="Head">The last link's hash.</param>
/// <param name="Checkpoints">How many were signed.</param>
/// <param name="SignedPosition">Of the last checkpoint.</param>
public sealed record ChainState(long Position, string Head, long Checkpoints, long SignedPosition, DateTimeOffset SignedAt)
{
    /// <summary>What the first link stands on: 32 zero bytes.</summary>
    public const string Origin = "0000000000000000000000000000000000000000000000000000000000000000";

    public static ChainState Empty { get; } = new(0, Origin, 0, 0, default);
}

/// <summary>Facts of the chain. A public contract: see <see cref="ChainCodec"/> for the manifests.</summary>
public abstract record ChainEvent
{
    private ChainEvent()
    {
    }

    /// <summary>The chain now ends here.</summary>
    public sealed record Extended(long Position, string Head, DateTimeOffset At) : ChainEvent;

    public sealed record Signed(long Number, long Position, DateTimeOffset At) : ChainEvent;
}

/// <summary>Links to be stored, the first of them at a position.</summary>
public sealed record ChainLinks(long First, ImmutableArray<ChainLink> Links, ImmutableArray<PendingEntry> Settled) : Attachment;

/// <summary>A checkpoint to be stored.</summary>
public sealed record CheckpointNote(Checkpoint Checkpoint) : Attachment;

/// <summary>
/// The end of the one audit chain of a cluster. Its history is the fenced truth of how long the chain is and what it ends with, so
/// that links that are cut off, or put behind it, are found.
/// </summary>
public sealed class ChainBehavior : IEntityBehavior<ChainState, ChainCommand, ChainEvent>
{
    /// <summary>Links of one command.</summary>
    public const int MaxLinks = 1_000;

    public static Refusal Moved { get; } =
        new(RefusalKind.VersionMismatch, "audit_chain_moved", "The chain does not end any more where it was read to end.");

    public ChainState Initial => ChainState.Empty;

    public Decision<ChainEvent> Decide(ChainState state, ChainCommand command, in DecisionContext context) => command switch
    {
        ChainCommand.Look => Decision<ChainEvent>.Answer(new ChainReply.Present(state)),
        ChainCommand.Append append => Append(state, append, context.Now),
        ChainCommand.Sign sign => Sign(state, sign.Checkpoint),
        _ => throw new UnreachableException(),
    };

    public ChainState Evolve(ChainState state, ChainEvent @event)
    {
        switch (@event)
        {
            case ChainEvent.Extended extended:
                Invariant.Holds(extended.Position > state.Position, "the chain only grows");
                return state with { Position = extended.Position, Head = extended.Head };
            case ChainEvent.Signed signed:
                Invariant.Holds(signed.Number == state.Checkpoints + 1, "checkpoints are numbered without a gap");
                return state with { Checkpoints = signed.Number, SignedPosition = signed.Position, SignedAt = signed.At };
            default:
                throw new UnreachableException();
        }
    }

    public IEnumerable<Effect> React(ChainState state, ChainEvent @event) => [];

    public IEnumerable<Effect> Resume(ChainState state) => [];

    private Decision<ChainEvent> Append(ChainState state, ChainCommand.Append append, DateTimeOffset now)
    {
        if (append.Position != state.Position || append.Links.Length > MaxLinks || append.Settled.Length > MaxLinks) return Moved;
        if (append.Links.IsEmpty && append.Settled.IsEmpty) return Decision<ChainEvent>.Answer(new ChainReply.Present(state));

        ImmutableArray<ChainEvent> events = append.Links.IsEmpty
            ? []
            : [new ChainEvent.Extended(state.Position + append.Links.Length, append.Links[^1].Hash, now)];
        return Persist(state, events, new ChainLinks(state.Position + 1, append.Links, append.Settled));
    }

    private Decision<ChainEvent> Sign(ChainState state, Checkpoint checkpoint) =>
        checkpoint.Position == state.Position && checkpoint.Head == state.Head && checkpoint.Number == state.Checkpoints + 1
            ? Persist(state, [new ChainEvent.Signed(checkpoint.Number, checkpoint.Position, checkpoint.At)], new CheckpointNote(checkpoint))
            : Moved;

    private Decision<ChainEvent> Persist(ChainState state, ImmutableArray<ChainEvent> events, Attachment attachment) =>
        Decision<ChainEvent>.Persist(events, new ChainReply.Present(events.Aggregate(state, Evolve))).With([attachment]);
}
