using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Cluster.Entities;

/// <summary>Reads what <see cref="MessageBytes"/> writes. Nothing is allocated for a length that is not there.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public byte ReadByte() => Read(1)[0];

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Read(sizeof(int)));

    /// <summary>A number of items that take at least so many bytes each, all of which must be there.</summary>
    public int ReadCount(int minItemBytes)
    {
        var count = ReadInt32();
        return count >= 0 && count <= _rest.Length / minItemBytes ? count : throw Truncated();
    }

    public string ReadText()
    {
        var text = Read(ReadInt32());
        return Utf8.IsValid(text)
            ? Encoding.UTF8.GetString(text)
            : throw new UnreadableMessageException("A text of the message is not UTF-8.");
    }

    public readonly void AssertEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw new UnreadableMessageException("The message goes on behind its end.");
        }
    }

    private ReadOnlySpan<byte> Read(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw Truncated();
        }

        var read = _rest[..length];
        _rest = _rest[length..];
        return read;
    }

    private static UnreadableMessageException Truncated() => new("The message ends too early.");
}

/// <summary>The few primitives of messages: integers are little-endian, a text is its length in bytes and its
/// UTF-8.</summary>
internal static class MessageBytes
{
    public static void WriteByte(this IBufferWriter<byte> to, byte value)
    {
        to.GetSpan(1)[0] = value;
        to.Advance(1);
    }

    public static void WriteInt32(this IBufferWriter<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(sizeof(int)), value);
        to.Advance(sizeof(int));
    }

    public static void WriteText(this IBufferWriter<byte> to, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        to.WriteInt32(length);
        Encoding.UTF8.GetBytes(text, to.GetSpan(length));
        to.Advance(length);
    }
}
