using System.Text.Json;

namespace Api.Workers.Socket;

/// <summary>
/// One text frame of the Phoenix V2 serializer: <c>[join_ref, ref, topic, event, payload]</c> (openfn-protocol 2.1). References are
/// kept as the JSON they came as, because a reply must echo them with their type; the payload is kept as its bytes.
/// </summary>
/// <param name="Text">The whole frame, which the other parts are slices of.</param>
internal readonly record struct PhoenixFrame(
    ReadOnlyMemory<byte> Text,
    ReadOnlyMemory<byte> JoinRef,
    ReadOnlyMemory<byte> Ref,
    string Topic,
    string Event,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>A state that a job returns may be deep; it is never built up as objects here.</summary>
    public const int MaxDepth = 1_024;

    private const int MaxRefLength = 64;
    private const int MaxNameLength = 255;

    /// <summary>What a channel's own pushes have to carry: the reference of its join.</summary>
    public ReadOnlyMemory<byte> OwnJoinRef => JoinRef.Span.SequenceEqual("null"u8) ? Ref : JoinRef;

    public bool HasObject => Payload.Span is [(byte)'{', ..];

    /// <summary>False for anything that is not an array of five with references and texts in their places.</summary>
    /// <param name="text">Belongs to the frame from now on.</param>
    public static bool TryParse(ReadOnlyMemory<byte> text, out PhoenixFrame frame)
    {
        frame = default;
        try
        {
            var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray
                || !TryReadRef(ref reader, text, out var joinRef)
                || !TryReadRef(ref reader, text, out var reference)
                || !TryReadText(ref reader, out var topic)
                || !TryReadText(ref reader, out var name)
                || !TryReadValue(ref reader, text, out var payload)
                || !reader.Read() || reader.TokenType != JsonTokenType.EndArray || reader.Read())
            {
                return false;
            }

            frame = new PhoenixFrame(text, joinRef, reference, topic, name, payload);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryReadRef(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> raw)
    {
        raw = default;
        if (!reader.Read() || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null or JsonTokenType.Number))
        {
            return false;
        }

        raw = text[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        return raw.Length <= MaxRefLength;
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out string value)
    {
        value = "";
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return false;

        value = reader.GetString()!;
        return value.Length <= MaxNameLength;
    }

    private static bool TryReadValue(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> raw)
    {
        raw = default;
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray) return false;

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        raw = text[start..(int)reader.BytesConsumed];
        return true;
    }
}
