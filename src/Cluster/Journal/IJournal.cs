using Cluster.Entities;

namespace Cluster.Journal;

/// <summary>One stored event.</summary>
public readonly record struct JournalRecord(long SequenceNr, Payload Payload, DateTimeOffset WrittenAt);

/// <summary>A snapshot that holds everything up to and including <see cref="SequenceNr"/>.</summary>
public readonly record struct StoredSnapshot(long SequenceNr, Payload Payload);

/// <summary>What one decision wants stored, all or nothing.</summary>
/// <param name="FirstSequenceNr">Number of the first event; events are numbered from here without a gap.</param>
/// <param name="Events">May be empty: then only rows are written.</param>
public sealed record AppendUnit(
    EntityRef Entity,
    int Shard,
    long FirstSequenceNr,
    IReadOnlyList<Payload> Events,
    IReadOnlyList<RowChange> Rows,
    StoredSnapshot? Snapshot)
{
    /// <summary>Everything of the entity before its newest event is deleted with the commit, for good. Takes a snapshot of that event.</summary>
    public bool ForgetsHistory { get; init; }

    /// <summary>Under whose key its events, snapshot and sealed columns are stored; empty only where there is nothing to seal.</summary>
    public Guid Owner { get; init; }

    /// <summary>The number of the newest event of a unit that <see cref="ForgetsHistory"/>.</summary>
    /// <exception cref="ArgumentException">It has no event, or no snapshot of it: nothing would be left to recover from.</exception>
    internal long LastKept()
    {
        var last = FirstSequenceNr + Events.Count - 1;
        return Events.Count > 0 && Snapshot is { } snapshot && snapshot.SequenceNr == last
            ? last
            : throw new ArgumentException($"{Entity} forgets its history without an event and a snapshot that stand for it.");
    }
}

/// <summary>What became of one unit of a batch.</summary>
public enum AppendResult
{
    Committed,

    /// <summary>
    /// The unit's numbers do not follow exactly what the journal holds: somebody else extended the entity, or an earlier
    /// unit of it was not stored. Nothing of the unit is stored.
    /// </summary>
    Conflict,

    /// <summary>The key of the unit's owner was destroyed or cannot be had now. Nothing of the unit is stored.</summary>
    Unsealed,
}

/// <summary>
/// The durable store of events, snapshots and read-model rows. Implementations pass one contract suite
/// (<c>tests/Cluster.Tests/Journal/JournalContract.cs</c>).
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>
    /// Commits a batch durably, in order, as one transaction. A unit in conflict is left out and the others are still
    /// committed. Several calls may be in flight only if the implementation says so (<see cref="Lanes"/>).
    /// </summary>
    /// <remarks>
    /// Once a unit of an entity is in conflict, so are the later units of that entity in the batch: they were decided on
    /// a state that does not exist.
    /// </remarks>
    /// <exception cref="ArgumentException">A unit does not fit the schema: a row without its table's shape, a snapshot of
    /// an event that is not stored. Nothing of the batch is stored, and trying it again does not help.</exception>
    /// <exception cref="JournalUnavailableException">Nothing of the batch is stored.</exception>
    /// <exception cref="JournalOutcomeUnknownException">The batch may or may not be stored.</exception>
    Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How many appends may be in flight at once; one entity always stays in one lane.</summary>
    int Lanes { get; }

    Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken);

    /// <summary>Events after <paramref name="afterSequenceNr"/> in order, read in pages of bounded size.</summary>
    IAsyncEnumerable<JournalRecord> ReadAsync(EntityRef entity, long afterSequenceNr, CancellationToken cancellationToken);
}

/// <summary>The store cannot be reached or refuses to write: nothing was stored, the same append may succeed later.</summary>
public sealed class JournalUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The connection broke while committing: the append may or may not be stored.</summary>
public sealed class JournalOutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);
