using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>Seals the marked columns of read-model rows.</summary>
internal static class SealedRow
{
    public static int CountValues(in RowChange row)
    {
        var count = 0;
        if (HasShape(row))
        {
            foreach (var index in row.Table.SealedValues)
            {
                count += row.Values[index] is null ? 0 : 1;
            }
        }

        return count;
    }

    /// <summary>A copy with its marked values sealed; a value that is null stays null.</summary>
    /// <param name="large">Has the large ones.</param>
    /// <exception cref="ArgumentException">A value is not of its column's type.</exception>
    public static RowChange Seal(in RowChange row, DataKey key, RecordIdentity identity, LargeBlobs large)
    {
        var values = (object?[])row.Values.Clone();
        foreach (var index in row.Table.SealedValues)
        {
            if (values[index] is { } value)
            {
                var column = row.Table.ColumnAt(index);
                values[index] = Seal(row.Table, column, value, key, identity.OfColumn(row.Table, column.Name, row.Values), large);
            }
        }

        return row with { Values = values };
    }

    /// <summary>A copy with its marked values as bytes, in clear.</summary>
    public static RowChange Plain(in RowChange row)
    {
        var values = (object?[])row.Values.Clone();
        foreach (var index in row.Table.SealedValues)
        {
            values[index] = values[index] is string text ? Encoding.UTF8.GetBytes(text) : values[index];
        }

        return row with { Values = values };
    }

    private static object Seal(
        ReadTable table, Column column, object value, DataKey key, ReadOnlySpan<byte> identity, LargeBlobs large) => (column.Type, value) switch
        {
            (ColumnType.Text, string text) => Seal(text, key, identity),
            (ColumnType.Bytes, byte[] bytes) => large.Seal(bytes, key, identity),
            (ColumnType.Bytes, ReadOnlyMemory<byte> bytes) => large.Seal(bytes.Span, key, identity),
            _ => throw new ArgumentException($"Column '{table.Name}.{column.Name}' is {column.Type}, not {value.GetType().Name}."),
        };

    private static byte[] Seal(string text, DataKey key, ReadOnlySpan<byte> identity)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var plaintext = rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented));
        try
        {
            return key.Seal(plaintext, identity);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // A change without its table's shape is refused by the store, which says so.
    private static bool HasShape(in RowChange row) =>
        !row.IsDelete && row.Table.HasSealedValues && row.Values.Length == row.Table.Key.Length + row.Table.Values.Length;
}
