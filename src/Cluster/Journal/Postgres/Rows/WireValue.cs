using System.Text;
using Npgsql.Internal;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>Values in PostgreSQL's binary form (manual, chapter 55, and the receive functions of the types).</summary>
internal static class WireValue
{
    private const int UuidBytes = 16;

    // OIDs of built-in types are part of PostgreSQL's interface (pg_type.dat).
    private const uint Boolean = 16, Bytea = 17, Bigint = 20, Integer = 23, Text = 25, Uuid = 2950;

    public static bool IsStorable(ColumnType type, uint stored) => type switch
    {
        ColumnType.Uuid => stored == Uuid,
        ColumnType.Text => stored == Text,
        ColumnType.Integer => stored is Bigint or Integer,
        ColumnType.Timestamp => stored == Bigint,
        ColumnType.Boolean => stored == Boolean,
        ColumnType.Bytes => stored == Bytea,
        _ => false,
    };

    /// <summary>Bytes of a value; null if it is not of the column's type, or not within its range.</summary>
    public static int? SizeOf(ColumnType type, uint stored, object value) => (type, value) switch
    {
        (ColumnType.Uuid, Guid) => UuidBytes,
        (ColumnType.Text, string text) => text.Contains('\0') ? null : Encoding.UTF8.GetByteCount(text),
        (ColumnType.Integer, int) => SizeOfInteger(stored),
        (ColumnType.Integer, long number) => stored == Integer && number != (int)number ? null : SizeOfInteger(stored),
        (ColumnType.Timestamp, DateTimeOffset) => sizeof(long),
        (ColumnType.Boolean, bool) => sizeof(bool),
        (ColumnType.Bytes, byte[] bytes) => bytes.Length,
        (ColumnType.Bytes, ReadOnlyMemory<byte> bytes) => bytes.Length,
        _ => null,
    };

    /// <summary>Writes a value of a size that <see cref="SizeOf"/> told, for which there is room.</summary>
    /// <remarks>Half a surrogate pair, which PostgreSQL cannot hold, becomes the replacement character.</remarks>
    public static void Write(PgWriter writer, uint stored, object value)
    {
        switch (value)
        {
            case Guid id:
                Span<byte> bytes = stackalloc byte[UuidBytes];
                id.TryWriteBytes(bytes, bigEndian: true, out _);
                writer.WriteBytes(bytes);
                break;
            case string text:
                writer.WriteChars(text, Encoding.UTF8);
                break;
            case bool flag:
                writer.WriteByte(flag ? (byte)1 : (byte)0);
                break;
            case DateTimeOffset time:
                writer.WriteInt64(StoredTime.ToMicroseconds(time));
                break;
            case byte[] or ReadOnlyMemory<byte>:
                writer.WriteBytes(AsMemory(value).Span);
                break;
            default:
                WriteInteger(writer, stored, value is int number ? number : (long)value);
                break;
        }
    }

    public static ReadOnlyMemory<byte> AsMemory(object bytes) => bytes is byte[] array ? array : (ReadOnlyMemory<byte>)bytes;

    private static int SizeOfInteger(uint stored) => stored == Integer ? sizeof(int) : sizeof(long);

    private static void WriteInteger(PgWriter writer, uint stored, long number)
    {
        if (stored == Integer)
            writer.WriteInt32((int)number);
        else
            writer.WriteInt64(number);
    }
}
