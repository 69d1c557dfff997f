using System.Collections.Immutable;

namespace Actors.Erasures;

public enum ErasureStatus
{
    /// <summary>Never started.</summary>
    Absent,
    Searching,

    /// <summary>All was looked through; nothing is erased until somebody says so.</summary>
    Ready,
    Erasing,
    Done,

    /// <summary>Given up before anything was erased.</summary>
    Discarded,
}

/// <summary>What was erased.</summary>
/// <param name="LeftRuns">Runs that were not finished: their error messages stayed.</param>
public sealed record ErasureCounts(long Dataclips, long LogLines, long Runs, long LeftRuns);

/// <param name="Texts">What is looked for; empty once it is over, for nothing may remember it then.</param>
/// <param name="Hashes">Of the texts, under a key: what is left of them.</param>
/// <param name="Page">Number of the last page that was looked through: the fence between two nodes that both believe that it is theirs.</param>
/// <param name="Cursor">How far the search is; null before the first page and behind the last.</param>
/// <param name="Searched">Values that were looked through.</param>
/// <param name="Unreadable">Values that are not what was stored: nobody can say what is in them.</param>
/// <param name="Erased">Null until it is done.</param>
public sealed record ErasureState(
    ErasureStatus Status,
    Guid ProjectId,
    ImmutableArray<string> Texts,
    ImmutableArray<string> Hashes,
    int Page,
    string? Cursor,
    long Searched,
    long Unreadable,
    ErasureCounts? Erased,
    DateTimeOffset StartedAt,
    DateTimeOffset? ReadyAt,
    DateTimeOffset? FinishedAt)
{
    public static ErasureState Absent { get; } = new(ErasureStatus.Absent, Guid.Empty, [], [], 0, null, 0, 0, null, default, null, null);
}

/// <summary>Facts of an erasure. A public contract: see <c>ErasureCodec</c> for the manifests.</summary>
public abstract record ErasureEvent
{
    private ErasureEvent()
    {
    }

    public sealed record Started(Guid ProjectId, ImmutableArray<string> Texts, ImmutableArray<string> Hashes, DateTimeOffset At) : ErasureEvent;

    /// <param name="Cursor">Null: that was all.</param>
    public sealed record Advanced(int Page, string? Cursor, int Searched, int Unreadable, DateTimeOffset At) : ErasureEvent;

    public sealed record Executed(DateTimeOffset At) : ErasureEvent;

    /// <summary>Stands for all before it, in which the texts are.</summary>
    /// <param name="State">After it, without the texts.</param>
    public sealed record Ended(ErasureState State) : ErasureEvent;
}
