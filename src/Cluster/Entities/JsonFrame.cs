using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cluster.Entities;

/// <summary>
/// A message on the wire: <c>[length][JSON]{[length][blob]}</c>, lengths in bytes as four bytes, little-endian. In the
/// JSON a blob is its number, counted from 0. So a body of many megabytes is neither escaped nor parsed, and is copied
/// once each way.
/// </summary>
internal static class JsonFrame
{
    private const int Prefix = sizeof(int);

    /// <remarks>Asks the buffer for the whole frame at once: a buffer that grows would otherwise copy blobs again.</remarks>
    public static void Write<T>(IBufferWriter<byte> to, T? value, JsonTypeInfo<T> type)
    {
        var scratch = MessageScratch.OfThread;
        try
        {
            var json = scratch.Serialize(value, type);
            var length = Prefix + json.Length;
            foreach (var blob in scratch.Blobs)
            {
                length = checked(length + Prefix + blob.Length);
            }

            var rest = Put(to.GetSpan(length), json);
            foreach (var blob in scratch.Blobs)
            {
                rest = Put(rest, blob.Span);
            }

            to.Advance(length);
        }
        finally
        {
            scratch.Clear();
        }
    }

    /// <exception cref="UnreadableMessageException"/>
    public static T? Read<T>(ReadOnlyMemory<byte> from, JsonTypeInfo<T> type)
    {
        var json = Take(ref from);
        var incoming = MessageScratch.OfThread.Incoming;
        try
        {
            incoming.Open(from);
            var value = JsonSerializer.Deserialize(json.Span, type);
            incoming.SkipToEnd();
            return value;
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            // Not supported is what the serializer says of a message without a word for its case.
            throw new UnreadableMessageException($"Not a {type.Type.Name} that is known: {unreadable.Message}", unreadable);
        }
        finally
        {
            incoming.Close();
        }
    }

    /// <summary>What comes first in <paramref name="rest"/>, which then begins behind it.</summary>
    /// <exception cref="UnreadableMessageException"/>
    public static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest)
    {
        if (rest.Length >= Prefix)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
            if (length >= 0 && length <= rest.Length - Prefix)
            {
                var taken = rest.Slice(Prefix, length);
                rest = rest[(Prefix + length)..];
                return taken;
            }
        }

        throw new UnreadableMessageException("The message ends too early.");
    }

    private static Span<byte> Put(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, bytes.Length);
        bytes.CopyTo(to[Prefix..]);
        return to[(Prefix + bytes.Length)..];
    }
}
