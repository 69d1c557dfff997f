using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;

namespace Cluster.Entities;

/// <summary>
/// Outcomes of asks to bytes and back, for answers that cross nodes: one byte for the case, then its fields in order.
/// Integers are four bytes, little-endian; a text is its length in bytes and its UTF-8; a reply takes what is left.
/// </summary>
internal static class OutcomeCodec
{
    private const byte Replied = 1;
    private const byte Refused = 2;
    private const byte Overloaded = 3;
    private const byte Unavailable = 4;
    private const byte Unknown = 5;

    /// <summary>Two texts, both empty: what a fault takes at least.</summary>
    private const int MinFaultBytes = 2 * sizeof(int);

    /// <summary>A kind travels as its place in this list, so entries are only ever added at the end.</summary>
    private static readonly ImmutableArray<RefusalKind> Kinds =
    [
        RefusalKind.Invalid,
        RefusalKind.NotFound,
        RefusalKind.Conflict,
        RefusalKind.VersionMismatch,
        RefusalKind.Gone,
        RefusalKind.Overloaded,
    ];

    /// <param name="messages">Of the type of entity that was asked.</param>
    public static void Encode(IBufferWriter<byte> to, Outcome outcome, IMessageCodec messages)
    {
        switch (outcome)
        {
            case Outcome.Replied replied:
                to.WriteByte(Replied);
                messages.EncodeReply(to, replied.Reply);
                break;
            case Outcome.Refused refused:
                to.WriteByte(Refused);
                Encode(to, refused.Refusal);
                break;
            case Outcome.Overloaded:
                to.WriteByte(Overloaded);
                break;
            case Outcome.Unavailable unavailable:
                to.WriteByte(Unavailable);
                to.WriteText(unavailable.Reason);
                break;
            case Outcome.Unknown unknown:
                to.WriteByte(Unknown);
                to.WriteText(unknown.Reason);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <param name="messages">Of the type of entity that was asked.</param>
    /// <exception cref="UnreadableMessageException">Not an outcome that this version knows.</exception>
    public static Outcome Decode(ReadOnlyMemory<byte> from, IMessageCodec messages)
    {
        var reader = new MessageReader(from.Span);
        var kind = reader.ReadByte();
        if (kind == Replied)
        {
            return new Outcome.Replied(messages.DecodeReply(from[1..]));
        }

        Outcome outcome = kind switch
        {
            Refused => new Outcome.Refused(DecodeRefusal(ref reader)),
            Overloaded => Outcome.Overloaded.Instance,
            Unavailable => new Outcome.Unavailable(reader.ReadText()),
            Unknown => new Outcome.Unknown(reader.ReadText()),
            _ => throw new UnreadableMessageException($"No outcome {kind} is known."),
        };
        reader.AssertEnd();
        return outcome;
    }

    private static void Encode(IBufferWriter<byte> to, Refusal refusal)
    {
        var faults = refusal.Faults.IsDefault ? [] : refusal.Faults;
        to.WriteByte((byte)Kinds.IndexOf(refusal.Kind));
        to.WriteText(refusal.Code);
        to.WriteText(refusal.Message);
        to.WriteInt32(faults.Length);
        foreach (var fault in faults)
        {
            to.WriteText(fault.Field);
            to.WriteText(fault.Rule);
        }
    }

    private static Refusal DecodeRefusal(ref MessageReader reader)
    {
        var kind = reader.ReadByte();
        if (kind >= Kinds.Length)
        {
            throw new UnreadableMessageException($"No kind of refusal {kind} is known.");
        }

        var (code, message) = (reader.ReadText(), reader.ReadText());
        var faults = ImmutableArray.CreateBuilder<FieldFault>(reader.ReadCount(MinFaultBytes));
        while (faults.Count < faults.Capacity)
        {
            faults.Add(new FieldFault(reader.ReadText(), reader.ReadText()));
        }

        return new Refusal(Kinds[kind], code, message, faults.MoveToImmutable());
    }
}
