using System.Text;
using Npgsql.Internal;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>Writes <see cref="TypedRows"/> in the binary form of an array of composite values, straight from the row changes.</summary>
internal sealed class TypedRowsConverter : PgStreamingConverter<TypedRows>
{
    // A row of this size is written into the connection's buffer at once, a larger one value by value.
    private const int SmallRow = 8 << 10;
    private const int SmallValue = 1 << 10;
    private const int Null = -1;

    public override bool CanConvert(DataFormat format, out BufferRequirements bufferRequirements)
    {
        bufferRequirements = BufferRequirements.None;
        return format is DataFormat.Binary;
    }

    public override Size GetSize(SizeContext context, TypedRows value, ref object? writeState) => value.Size;

    public override void Write(PgWriter writer, TypedRows value) => throw new NotSupportedException("A lane only sends without blocking.");

    public override async ValueTask WriteAsync(PgWriter writer, TypedRows value, CancellationToken cancellationToken = default)
    {
        await ReserveAsync(writer, SmallValue, cancellationToken).ConfigureAwait(false);
        WriteHeader(writer, value);
        for (var row = 0; row < value.Count; row++)
        {
            if (value.SizeOf(row) > SmallRow)
            {
                await WriteLargeAsync(writer, value, row, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await ReserveAsync(writer, SmallRow + sizeof(int), cancellationToken).ConfigureAwait(false);
            WriteSmall(writer, value, row);
        }
    }

    public override TypedRows Read(PgReader reader) => throw new NotSupportedException();

    public override ValueTask<TypedRows> ReadAsync(PgReader reader, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    private static ValueTask ReserveAsync(PgWriter writer, int bytes, CancellationToken cancellationToken) =>
        writer.ShouldFlush(bytes) ? writer.FlushAsync(cancellationToken) : default;

    /// <summary>One dimension, no nulls, type of the elements, their count, and the index of the first.</summary>
    private static void WriteHeader(PgWriter writer, TypedRows value)
    {
        writer.WriteInt32(1);
        writer.WriteInt32(0);
        writer.WriteUInt32(value.Layout.TypeId);
        writer.WriteInt32(value.Count);
        writer.WriteInt32(1);
    }

    private static void WriteSmall(PgWriter writer, TypedRows rows, int row)
    {
        writer.WriteInt32(rows.SizeOf(row));
        writer.WriteInt32(rows.Layout.Slots.Length);
        foreach (var slot in rows.Layout.Slots)
        {
            var value = rows.ValueOf(row, slot);
            WriteSlot(writer, slot, value);
            if (value is not null)
                WireValue.Write(writer, slot.Type, value);
        }
    }

    private static async ValueTask WriteLargeAsync(PgWriter writer, TypedRows rows, int row, CancellationToken cancellationToken)
    {
        await ReserveAsync(writer, SmallValue, cancellationToken).ConfigureAwait(false);
        writer.WriteInt32(rows.SizeOf(row));
        writer.WriteInt32(rows.Layout.Slots.Length);
        foreach (var slot in rows.Layout.Slots)
        {
            await ReserveAsync(writer, SmallValue, cancellationToken).ConfigureAwait(false);
            var value = rows.ValueOf(row, slot);
            WriteSlot(writer, slot, value);
            await WriteLargeAsync(writer, slot, value, cancellationToken).ConfigureAwait(false);
        }
    }

    private static ValueTask WriteLargeAsync(PgWriter writer, RowSlot slot, object? value, CancellationToken cancellationToken)
    {
        switch (value)
        {
            case string text:
                return writer.WriteCharsAsync(text.AsMemory(), Encoding.UTF8, cancellationToken);
            case byte[] or ReadOnlyMemory<byte>:
                return writer.WriteBytesAsync(WireValue.AsMemory(value), cancellationToken);
            case not null:
                WireValue.Write(writer, slot.Type, value);
                break;
        }

        return default;
    }

    private static void WriteSlot(PgWriter writer, in RowSlot slot, object? value)
    {
        writer.WriteUInt32(slot.Type);
        writer.WriteInt32(value is null ? Null : WireValue.SizeOf(slot.Column!.StoredType, slot.Type, value)!.Value);
    }
}
