using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Cluster.Entities;
using Cluster.Journal;
using Dapper;

namespace Cluster.Sealing;

/// <summary>One stored column of sealed values, as a walk reads it: by primary key, a page at a time. The same text serves every store.</summary>
public sealed class SealedColumn
{
    public const int MostCounted = 100_000;

    /// <summary>A value up to this size is read with its page; a larger one by itself, if it is needed.</summary>
    internal const int Small = 64 * 1024;

    /// <summary>Sizes of values after which a page ends, in bytes.</summary>
    internal const long MostBytes = 4 * 1024 * 1024;

    private static readonly ImmutableArray<Column> s_entity = [new("entity_type", ColumnType.Text), new("entity_id", ColumnType.Uuid)];
    private static readonly Column s_number = new("seq_nr", ColumnType.Integer);
    private static readonly Column s_manifest = new("manifest", ColumnType.Text);

    public static SealedColumn Journal { get; } = new("journal", "journal", "payload", [.. s_entity, s_number], [s_manifest])
    {
        Identify = static row => new RecordIdentity().OfEvent(EntityOf(row), (long)row.Key[2], (string)row.Bound[0]).ToArray(),
        FaultOf = static row => IntegrityFault.Of(EntityOf(row)),
    };

    public static SealedColumn Snapshots { get; } = new("snapshots", "snapshot", "payload", s_entity, [s_number, s_manifest])
    {
        Identify = static row => new RecordIdentity().OfSnapshot(
            EntityOf(row), new StoredSnapshot((long)row.Bound[0], new Payload((string)row.Bound[1], row.Value))).ToArray(),
        FaultOf = static row => IntegrityFault.Of(EntityOf(row)),
    };

    private readonly string _table;
    private readonly string _value;

    // Ids, texts and whole numbers.
    private readonly ImmutableArray<Column> _key;

    // What a value is bound to beside the key.
    private readonly ImmutableArray<Column> _bound;

    private SealedColumn(string name, string table, string value, ImmutableArray<Column> key, ImmutableArray<Column> bound)
    {
        (Name, _table, _value, _key, _bound) = (name, table, value, key, bound);
    }

    /// <summary>Of its walk.</summary>
    public string Name { get; }

    internal Func<SealedColumnRow, byte[]> Identify { get; private init; } = static _ => throw new System.Diagnostics.UnreachableException();

    internal Func<SealedColumnRow, IntegrityFault> FaultOf { get; private init; } = static _ => throw new System.Diagnostics.UnreachableException();

    private string Keys => string.Join(", ", _key.Select(static column => column.Name));

    private string Bounds => string.Concat(_bound.Select(static column => $"{column.Name}, "));

    private string KeyParameters => string.Join(", ", _key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"@k{i}")));

    /// <summary>All that is sealed in a store with these tables of rows.</summary>
    public static ImmutableArray<SealedColumn> AllOf(IEnumerable<ReadTable> tables) =>
        [Journal, Snapshots, .. tables.SelectMany(static table => table.Values.Where(static column => column.IsSealed).Select(column => Of(table, column.Name)))];

    /// <summary>How many rows are left after a position, at most <see cref="MostCounted"/>. It reads that part of the primary key.</summary>
    public Task<long> CountLeftAsync(KeyTables tables, string position)
    {
        ArgumentNullException.ThrowIfNull(tables);
        return position.Length == 0
            ? tables.CountAsync($"SELECT count(*) FROM (SELECT 1 FROM {_table} LIMIT {MostCounted}) counted", null)
            : tables.CountAsync(
                $"SELECT count(*) FROM (SELECT 1 FROM {_table} WHERE ({Keys}) > ({KeyParameters}) LIMIT {MostCounted}) counted", Parameters(Parse(position)));
    }

    /// <summary>Rows after a position, in order of their keys. Those that are not null and small are there as a whole.</summary>
    internal async Task<SealedColumnPage> ReadAsync(DbConnection connection, string position, int most, CancellationToken cancellationToken)
    {
        var after = position.Length == 0 ? "" : $"WHERE ({Keys}) > ({KeyParameters})";
        var parameters = position.Length == 0 ? new DynamicParameters() : Parameters(Parse(position));
        parameters.Add("most", most);
        var sql = $"""
            SELECT {Keys}, {Bounds}length({_value}),
            CASE WHEN length({_value}) <= {Small} THEN {_value} ELSE substr({_value}, 1, {SealedBlob.TextAt}) END
            FROM {_table} {after} ORDER BY {Keys} LIMIT @most
            """;
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        var (rows, bytes) = (new List<SealedColumnRow>(), 0L);
        while (bytes < MostBytes && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(Row(reader));
            bytes += rows[^1].Length ?? 0;
        }

        return new SealedColumnPage(rows, rows.Count < most && bytes < MostBytes);
    }

    /// <returns>The same row as it is now, with its whole value; null if it is gone.</returns>
    internal async Task<SealedColumnRow?> ReadWholeAsync(DbConnection connection, SealedColumnRow row, CancellationToken cancellationToken)
    {
        var sql = $"SELECT {Keys}, {Bounds}length({_value}), {_value} FROM {_table} WHERE ({Keys}) = ({KeyParameters})";
        await using var reader = await connection.ExecuteReaderAsync(
            new CommandDefinition(sql, Parameters(row.Key), cancellationToken: cancellationToken)).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Row(reader) : null;
    }

    /// <summary>Replaces a value if it is still the same: no two blobs have the same key and nonce.</summary>
    internal UpkeepStatement Replace(SealedColumnRow row, byte[] blob)
    {
        var parameters = Parameters(row.Key);
        parameters.Add("head", row.Value[..SealedBlob.TextAt]);
        parameters.Add("blob", blob);
        return new UpkeepStatement(
            $"UPDATE {_table} SET {_value} = @blob WHERE ({Keys}) = ({KeyParameters}) AND substr({_value}, 1, {SealedBlob.TextAt}) = @head", parameters);
    }

    internal string PositionAfter(SealedColumnRow row) => JsonSerializer.Serialize(row.Key.Select(static part => part switch
    {
        Guid id => id.ToString("N"),
        _ => Convert.ToString(part, CultureInfo.InvariantCulture)!,
    }));

    private static SealedColumn Of(ReadTable table, string column) => new($"{table.Name}.{column}", table.Name, column, table.Key, [])
    {
        Identify = row => new RecordIdentity().OfColumn(table, column, row.Key).ToArray(),
        FaultOf = row => IntegrityFault.Of(table.Name, column, (Guid)row.Key[0]),
    };

    private static EntityRef EntityOf(SealedColumnRow row) => new((string)row.Key[0], (Guid)row.Key[1]);

    private static object Read(DbDataReader reader, int index, Column column) => column.Type switch
    {
        ColumnType.Uuid => reader.GetValue(index) is byte[] bytes ? new Guid(bytes, bigEndian: true) : reader.GetGuid(index),
        ColumnType.Text => reader.GetString(index),
        _ => Convert.ToInt64(reader.GetValue(index), CultureInfo.InvariantCulture),
    };

    private static DynamicParameters Parameters(object[] key)
    {
        var parameters = new DynamicParameters();
        for (var i = 0; i < key.Length; i++)
        {
            parameters.Add(string.Create(CultureInfo.InvariantCulture, $"k{i}"), key[i]);
        }

        return parameters;
    }

    private SealedColumnRow Row(DbDataReader reader)
    {
        var at = _key.Length + _bound.Length;
        return new SealedColumnRow(
            [.. _key.Select((column, i) => Read(reader, i, column))],
            [.. _bound.Select((column, i) => Read(reader, _key.Length + i, column))],
            reader.IsDBNull(at) ? null : Convert.ToInt64(reader.GetValue(at), CultureInfo.InvariantCulture),
            reader.IsDBNull(at + 1) ? [] : (byte[])reader.GetValue(at + 1));
    }

    private object[] Parse(string position) =>
    [
        .. JsonSerializer.Deserialize<string[]>(position)!.Select((text, i) => _key[i].Type switch
        {
            ColumnType.Uuid => (object)Guid.ParseExact(text, "N"),
            ColumnType.Text => text,
            _ => long.Parse(text, CultureInfo.InvariantCulture),
        }),
    ];
}

/// <param name="Length">Of the value; null if it is null.</param>
/// <param name="Value">The whole value, or its beginning.</param>
internal sealed record SealedColumnRow(object[] Key, object[] Bound, long? Length, byte[] Value)
{
    public bool IsWhole => Value.Length == Length;
}

/// <param name="IsLast">Nothing comes after it.</param>
internal sealed record SealedColumnPage(IReadOnlyList<SealedColumnRow> Rows, bool IsLast);
