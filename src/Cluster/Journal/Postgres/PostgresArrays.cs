using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Cluster.Journal.Postgres;

/// <summary>Parameters that carry one column of many rows.</summary>
internal static class PostgresArrays
{
    public static NpgsqlParameter Of<T>(NpgsqlDbType element, T[] values) =>
        new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };

    /// <summary>The values at one position of row changes.</summary>
    /// <exception cref="ArgumentException">A value is not of the column's type.</exception>
    public static NpgsqlParameter OfColumn(ReadTable table, Column column, IReadOnlyList<RowChange> rows, int index) =>
        column.StoredType switch
        {
            ColumnType.Uuid => Of(NpgsqlDbType.Uuid, Fill(table, column, rows, index, value => value as Guid?)),
            ColumnType.Text => Of(NpgsqlDbType.Text, Fill(table, column, rows, index, value => value is string text ? Storable(text) : null)),
            ColumnType.Integer => Of(NpgsqlDbType.Bigint, Fill(table, column, rows, index, AsLong)),
            ColumnType.Timestamp => Of(NpgsqlDbType.Bigint, Fill(table, column, rows, index, AsMicroseconds)),
            ColumnType.Boolean => Of(NpgsqlDbType.Boolean, Fill(table, column, rows, index, value => value as bool?)),
            ColumnType.Bytes => Of(NpgsqlDbType.Bytea, Fill(table, column, rows, index, AsBytes)),
            _ => throw new ArgumentException($"Column '{table.Name}.{column.Name}' has no type."),
        };

    /// <summary>Text as PostgreSQL can hold it: half a surrogate pair becomes the replacement character.</summary>
    /// <exception cref="ArgumentException">It contains NUL.</exception>
    public static string Storable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("PostgreSQL cannot store text that contains NUL.");
        return text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    public static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Uuid => "uuid",
        ColumnType.Text => "text",
        ColumnType.Boolean => "boolean",
        ColumnType.Bytes => "bytea",
        _ => "bigint",
    };

    private static T?[] Fill<T>(ReadTable table, Column column, IReadOnlyList<RowChange> rows, int index, Func<object, T?> read)
    {
        var values = new T?[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (rows[i].Values[index] is { } value)
                values[i] = read(value) ?? throw Misfit(table, column, value);
        }

        return values;
    }

    private static long? AsLong(object value) => value is long number ? number : value as int?;

    private static long? AsMicroseconds(object value) =>
        value is DateTimeOffset time ? StoredTime.ToMicroseconds(time) : null;

    private static ReadOnlyMemory<byte>? AsBytes(object value) => value switch
    {
        byte[] array => array,
        ReadOnlyMemory<byte> memory => memory,
        _ => (ReadOnlyMemory<byte>?)null, // Without its type null would be an empty memory.
    };

    private static ArgumentException Misfit(ReadTable table, Column column, object value) =>
        new($"Column '{table.Name}.{column.Name}' is {column.StoredType}, not {value.GetType().Name}.");
}
