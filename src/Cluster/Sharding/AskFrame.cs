using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Cluster.Entities;

namespace Cluster.Sharding;

/// <summary>An ask on its way: one byte of flags, the type of entity (length and ASCII), the id, the origin if there is one (length
/// of two bytes and UTF-8), the command.</summary>
internal static class AskFrame
{
    private const byte New = 1;
    private const byte WithOrigin = 2;
    private const int IdBytes = 16;
    private const int OriginLengthBytes = 2;

    public static void Write(IBufferWriter<byte> to, in RoutedAsk ask, IMessageCodec messages)
    {
        var type = ask.Entity.Type;
        var span = to.GetSpan(2 + type.Length + IdBytes);
        span[0] = (byte)((ask.IsNew ? New : 0) | (ask.Origin is null ? 0 : WithOrigin));
        span[1] = (byte)Encoding.ASCII.GetBytes(type, span[2..]);
        ask.Entity.Id.TryWriteBytes(span[(2 + span[1])..], bigEndian: true, out _);
        to.Advance(2 + span[1] + IdBytes);
        if (ask.Origin is not null)
        {
            WriteOrigin(to, ask.Origin);
        }

        messages.EncodeCommand(to, ask.Command);
    }

    /// <exception cref="UnreadableMessageException">It is not an ask that this version understands.</exception>
    public static (RoutedAsk Ask, IMessageCodec Messages) Read(ReadOnlyMemory<byte> frame, Func<string, IMessageCodec?> messagesOf)
    {
        var span = frame.Span;
        if (span.Length < 2 || span.Length < 2 + span[1] + IdBytes)
        {
            throw new UnreadableMessageException("The ask is too short.");
        }

        var type = Encoding.ASCII.GetString(span.Slice(2, span[1]));
        var id = new Guid(span.Slice(2 + span[1], IdBytes), bigEndian: true);
        var messages = messagesOf(type) ?? throw new UnreadableMessageException("The ask is for an unknown type of entity.");
        var rest = frame[(2 + span[1] + IdBytes)..];
        var origin = (span[0] & WithOrigin) != 0 ? ReadOrigin(ref rest) : null;
        var command = messages.DecodeCommand(rest);
        return (new RoutedAsk(new EntityRef(type, id), command, (span[0] & New) != 0) { Origin = origin }, messages);
    }

    private static void WriteOrigin(IBufferWriter<byte> to, string origin)
    {
        var span = to.GetSpan(OriginLengthBytes + Encoding.UTF8.GetMaxByteCount(origin.Length));
        var length = Encoding.UTF8.GetBytes(origin, span[OriginLengthBytes..]);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)length);
        to.Advance(OriginLengthBytes + length);
    }

    private static string ReadOrigin(ref ReadOnlyMemory<byte> rest)
    {
        var span = rest.Span;
        if (span.Length < OriginLengthBytes || BinaryPrimitives.ReadUInt16BigEndian(span) is var length
            && (length > Origin.MaxBytes || span.Length < OriginLengthBytes + length))
        {
            throw new UnreadableMessageException("The ask's origin is cut off.");
        }

        rest = rest[(OriginLengthBytes + length)..];
        return Encoding.UTF8.GetString(span.Slice(OriginLengthBytes, length));
    }
}
