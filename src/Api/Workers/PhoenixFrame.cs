using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Api.Workers;

/// <summary>
/// One text frame of the Phoenix V2 serializer: <c>[join_ref, ref, topic, event, payload]</c>. References are kept as
/// the JSON they came as, because a reply must echo them with their type; the payload is kept as its bytes.
/// </summary>
internal readonly record struct PhoenixFrame(
    ReadOnlyMemory<byte> JoinRef,
    ReadOnlyMemory<byte> Ref,
    string Topic,
    string Event,
    ReadOnlyMemory<byte> Payload)
{
    private const int MaxDepth = 256;

    /// <summary>False for anything that is not an array of five with texts and an object in their places.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> text, out PhoenixFrame frame)
    {
        frame = default;
        try
        {
            var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }

            return TryReadRef(ref reader, text, out var joinRef)
                && TryReadRef(ref reader, text, out var reference)
                && TryReadText(ref reader, out var topic)
                && TryReadText(ref reader, out var name)
                && TryReadObject(ref reader, text, out var payload)
                && reader.Read() && reader.TokenType == JsonTokenType.EndArray && !reader.Read()
                && Make(joinRef, reference, topic, name, payload, out frame);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Make(
        ReadOnlyMemory<byte> joinRef, ReadOnlyMemory<byte> reference, string topic, string name,
        ReadOnlyMemory<byte> payload, out PhoenixFrame frame)
    {
        frame = new PhoenixFrame(joinRef, reference, topic, name, payload);
        return true;
    }

    private static bool TryReadRef(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> raw)
    {
        raw = default;
        if (!reader.Read() || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null or JsonTokenType.Number))
        {
            return false;
        }

        raw = text[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        return true;
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out string value)
    {
        value = "";
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        value = reader.GetString()!;
        return true;
    }

    private static bool TryReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> raw)
    {
        raw = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        raw = text[start..(int)reader.BytesConsumed];
        return true;
    }
}

/// <summary>Frames from the node to a worker.</summary>
internal static class PhoenixReply
{
    private static readonly byte[] Null = "null"u8.ToArray();
    private static readonly byte[] EmptyObject = "{}"u8.ToArray();

    public static ReadOnlyMemory<byte> Ok(in PhoenixFrame request, ReadOnlySpan<byte> response = default) =>
        Reply(request, "ok"u8, response.IsEmpty ? EmptyObject : response);

    /// <summary>An error reply whose body is <c>{"reason": code}</c>.</summary>
    public static ReadOnlyMemory<byte> Error(in PhoenixFrame request, string reason) =>
        Reply(request, "error"u8, Encoding.UTF8.GetBytes($$"""{"reason":{{JsonSerializer.Serialize(reason, WorkerJson.Default.String)}}}"""));

    public static ReadOnlyMemory<byte> Reply(in PhoenixFrame request, ReadOnlySpan<byte> status, ReadOnlySpan<byte> response)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + response.Length);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        Begin(writer, request.JoinRef.Span, request.Ref.Span, request.Topic, "phx_reply");
        writer.WriteStartObject();
        writer.WriteString("status"u8, status);
        writer.WritePropertyName("response"u8);
        writer.WriteRawValue(response, skipInputValidation: true);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>A push on a joined channel; <paramref name="payload"/> writes the payload value.</summary>
    public static ReadOnlyMemory<byte> Push(
        ReadOnlyMemory<byte> joinRef, string topic, string name, int sizeHint, Action<Utf8JsonWriter> payload)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, sizeHint));
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        Begin(writer, joinRef.Span, Null, topic, name);
        payload(writer);
        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void Begin(
        Utf8JsonWriter writer, ReadOnlySpan<byte> joinRef, ReadOnlySpan<byte> reference, string topic, string name)
    {
        writer.WriteStartArray();
        writer.WriteRawValue(joinRef.IsEmpty ? Null : joinRef, skipInputValidation: true);
        writer.WriteRawValue(reference.IsEmpty ? Null : reference, skipInputValidation: true);
        writer.WriteStringValue(topic);
        writer.WriteStringValue(name);
    }
}
