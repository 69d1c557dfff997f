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
    StoredSnapshot? Snapshot);

/// <summary>What became of one unit of a batch.</summary>
public enum AppendResult
{
    Committed,

    /// <summary>The journal already holds one of these sequence numbers: somebody else extended the entity. Nothing of the unit is stored.</summary>
    Conflict,
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
