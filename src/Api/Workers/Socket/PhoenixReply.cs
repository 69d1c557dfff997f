using System.Buffers;
using System.Text;
using System.Text.Json;
using Api.Workers.Streamed;

namespace Api.Workers.Socket;

/// <summary>Frames from the node to a worker (openfn-protocol 2.2, 2.3).</summary>
internal static class PhoenixReply
{
    private static readonly byte[] Null = "null"u8.ToArray();
    private static readonly byte[] EmptyObject = "{}"u8.ToArray();

    public static OutgoingFrame Ok(in PhoenixFrame request, ReadOnlySpan<byte> response = default) =>
        Reply(request, "ok"u8, response.IsEmpty ? EmptyObject : response);

    /// <summary>An error reply whose body is <c>{"reason": code}</c>.</summary>
    public static OutgoingFrame Error(in PhoenixFrame request, string reason) =>
        Reply(request, "error"u8, Encoding.UTF8.GetBytes($$"""{"reason":{{JsonSerializer.Serialize(reason, WorkerJson.Default.String)}}}"""));

    public static OutgoingFrame Reply(in PhoenixFrame request, ReadOnlySpan<byte> status, ReadOnlySpan<byte> response)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + response.Length);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        Begin(writer, request.JoinRef.Span, request.Ref.Span, request.Topic, "phx_reply");
        writer.WriteStartObject();
        writer.WriteString("status"u8, status);
        writer.WritePropertyName("response"u8);
        writer.WriteRawValue(response, skipInputValidation: true);
        writer.WriteEndObject();
        return End(writer, buffer);
    }

    /// <summary>A reply in one binary message: kind, four lengths, the four texts, then the body as it is.</summary>
    public static OutgoingFrame BinaryOk(in PhoenixFrame request, ReadOnlySpan<byte> body)
    {
        const byte Kind = 1;
        ReadOnlySpan<byte> joinRef = Unquoted(request.JoinRef), reference = Unquoted(request.Ref);
        var topic = Encoding.UTF8.GetBytes(request.Topic);
        var message = new ArrayBufferWriter<byte>(7 + joinRef.Length + reference.Length + topic.Length + body.Length);
        message.Write((ReadOnlySpan<byte>)[Kind, (byte)joinRef.Length, (byte)reference.Length, (byte)topic.Length, 2]);
        message.Write(joinRef);
        message.Write(reference);
        message.Write(topic);
        message.Write("ok"u8);
        message.Write(body);
        return new OutgoingFrame(message.WrittenMemory, IsBinary: true);
    }

    /// <summary>A push on a joined channel; <paramref name="payload"/> writes the payload value.</summary>
    public static OutgoingFrame Push(
        ReadOnlyMemory<byte> joinRef, string topic, string name, int sizeHint, Action<Utf8JsonWriter> payload)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, sizeHint));
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        Begin(writer, joinRef.Span, Null, topic, name);
        payload(writer);
        return End(writer, buffer);
    }

    public static OutgoingFrame Push(ReadOnlyMemory<byte> joinRef, string topic, string name) =>
        Push(joinRef, topic, name, 0, static writer => writer.WriteRawValue(EmptyObject, skipInputValidation: true));

    /// <summary>The channel of that join is over: the client forgets it.</summary>
    public static OutgoingFrame Closed(ReadOnlyMemory<byte> joinRef, string topic) => EndOf(joinRef, topic, "phx_close");

    /// <summary>The channel of that join broke: the client joins again.</summary>
    public static OutgoingFrame Crashed(ReadOnlyMemory<byte> joinRef, string topic) => EndOf(joinRef, topic, "phx_error");

    private static OutgoingFrame EndOf(ReadOnlyMemory<byte> joinRef, string topic, string name)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        Begin(writer, joinRef.Span, joinRef.Span, topic, name);
        writer.WriteRawValue(EmptyObject, skipInputValidation: true);
        return End(writer, buffer);
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

    private static OutgoingFrame End(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.WriteEndArray();
        writer.Flush();
        return new OutgoingFrame(buffer.WrittenMemory, IsBinary: false);
    }

    /// <summary>References of a binary reply are bare; null is empty.</summary>
    private static ReadOnlySpan<byte> Unquoted(ReadOnlyMemory<byte> reference) => reference.Span switch
    {
        [(byte)'"', .. var text, (byte)'"'] => text,
        [(byte)'n', ..] => [],
        var number => number,
    };
}
