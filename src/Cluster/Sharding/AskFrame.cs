using System.Buffers;
using System.Text;
using Cluster.Entities;

namespace Cluster.Sharding;

/// <summary>An ask on its way: one byte of flags, the type of entity (length and ASCII), the id, the command.</summary>
internal static class AskFrame
{
    private const byte New = 1;
    private const int IdBytes = 16;

    public static void Write(IBufferWriter<byte> to, in RoutedAsk ask, IMessageCodec messages)
    {
        var type = ask.Entity.Type;
        var span = to.GetSpan(2 + type.Length + IdBytes);
        span[0] = ask.IsNew ? New : (byte)0;
        span[1] = (byte)Encoding.ASCII.GetBytes(type, span[2..]);
        ask.Entity.Id.TryWriteBytes(span[(2 + span[1])..], bigEndian: true, out _);
        to.Advance(2 + span[1] + IdBytes);
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
        var command = messages.DecodeCommand(frame[(2 + span[1] + IdBytes)..]);
        return (new RoutedAsk(new EntityRef(type, id), command, (span[0] & New) != 0), messages);
    }
}
