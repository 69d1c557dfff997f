using System.Collections.Immutable;

namespace Cluster.Journal;

/// <summary>How a column's values are handed over and stored.</summary>
public enum ColumnType
{
    /// <summary><see cref="System.Guid"/>; SQLite: 16 bytes big-endian, PostgreSQL: uuid.</summary>
    Uuid,

    /// <summary><see cref="string"/>.</summary>
    Text,

    /// <summary><see cref="long"/> or <see cref="int"/>; 64 bit.</summary>
    Integer,

    /// <summary><see cref="DateTimeOffset"/>; stored as microseconds since the epoch in 64 bit.</summary>
    Timestamp,

    /// <summary><see cref="bool"/>.</summary>
    Boolean,

    /// <summary><see cref="ReadOnlyMemory{T}"/> of bytes or a byte array.</summary>
    Bytes,
}

public sealed record Column(string Name, ColumnType Type)
{
    /// <summary>It can hold people's or secret data: the store holds its values sealed, as bytes. Only texts and bytes that are no key.</summary>
    public bool IsSealed { get; init; }

    /// <summary>What the store sees.</summary>
    public ColumnType StoredType => IsSealed ? ColumnType.Bytes : Type;
}

/// <summary>
/// A read-model table as the journal writes it. Its DDL is a migration of the part that owns it. It has no unique index
/// but its key and no foreign keys: of several changes in a transaction only the last of each row is written. Names are
/// lower-case identifiers.
/// </summary>
/// <param name="Key">Primary key. A row is replaced as a whole (upsert), unless the table is insert-only.</param>
/// <param name="Values">The other columns; may be null.</param>
public sealed record ReadTable(string Name, ImmutableArray<Column> Key, ImmutableArray<Column> Values)
{
    /// <summary>A row that is there is never replaced: a later one of the same key is left out.</summary>
    public bool IsInsertOnly { get; init; }

    /// <summary>Positions in a row of the columns that are sealed.</summary>
    internal ImmutableArray<int> SealedValues { get; } =
        [.. Enumerable.Range(Key.Length, Values.Length).Where(index => Values[index - Key.Length].IsSealed)];

    internal bool HasSealedValues => !SealedValues.IsEmpty;

    internal Column ColumnAt(int index) => index < Key.Length ? Key[index] : Values[index - Key.Length];
}

/// <summary>One row to write or delete. Values are in the table's order: key columns, then the others.</summary>
public readonly record struct RowChange(ReadTable Table, object?[] Values, bool IsDelete)
{
    /// <summary>No such row was ever stored: it need not be looked for. Only in a unit whose first event makes what the row is of.</summary>
    public bool IsNew { get; init; }
}

/// <summary>Rows of one append; the last change of a row wins inside a transaction.</summary>
public sealed class RowBatch
{
    private List<RowChange>? _changes;

    public IReadOnlyList<RowChange> Changes => _changes ?? (IReadOnlyList<RowChange>)[];

    /// <summary>A row of which it is certain that there is none with its key, because the same decision makes what it is of.</summary>
    public void Insert(ReadTable table, params object?[] values) => Add(new RowChange(table, values, false) { IsNew = true });

    public void Upsert(ReadTable table, params object?[] values) => Add(new RowChange(table, values, false));

    public void Delete(ReadTable table, params object?[] key) => Add(new RowChange(table, key, true));

    private void Add(in RowChange change) => (_changes ??= []).Add(change);
}
