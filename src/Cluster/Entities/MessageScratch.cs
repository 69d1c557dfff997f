using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Cluster.Entities;

/// <summary>
/// What a thread writes and reads messages with. It is also how <see cref="BlobConverter"/> knows the message at work:
/// the serializer hands its converters no context, and options with a converter for each message would build all
/// metadata each time. A message is written and read on one thread without a break, so its thread is its context.
/// </summary>
internal sealed class MessageScratch
{
    /// <summary>Most that a thread keeps between messages.</summary>
    private const int KeptBytes = 64 * 1024;
    private const int KeptBlobs = 64;

    [ThreadStatic]
    private static MessageScratch? _ofThread;

    private ArrayBufferWriter<byte> _json = new();
    private readonly Utf8JsonWriter _writer;

    private MessageScratch()
    {
        // No web page reads this, and the serializer writes nothing that would have to be validated.
        _writer = new Utf8JsonWriter(
            _json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public static MessageScratch OfThread => _ofThread ??= new MessageScratch();

    /// <summary>Blobs of the message being written, by number.</summary>
    public List<ReadOnlyMemory<byte>> Blobs { get; } = [];

    public IncomingBlobs Incoming { get; } = new();

    /// <returns>Valid until <see cref="Clear"/>.</returns>
    public ReadOnlySpan<byte> Serialize<T>(T? value, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(_writer, value!, type);
        _writer.Flush();
        return _json.WrittenSpan;
    }

    public void Clear()
    {
        _json.ResetWrittenCount();
        if (_json.Capacity > KeptBytes)
        {
            _json = new ArrayBufferWriter<byte>();
        }

        _writer.Reset(_json);
        Blobs.Clear();
        if (Blobs.Capacity > KeptBlobs)
        {
            Blobs.Capacity = KeptBlobs;
        }
    }
}

/// <summary>The blobs of the message being read. Each is handed out once, in order: a message cannot ask for more
/// memory than it brought.</summary>
internal sealed class IncomingBlobs
{
    private ReadOnlyMemory<byte> _rest;
    private int _next;

    public void Open(ReadOnlyMemory<byte> blobs) => (_rest, _next) = (blobs, 0);

    /// <summary>A copy of a blob, as the message's buffer is not ours to keep. Blobs before it belong to fields of a
    /// later version.</summary>
    /// <exception cref="UnreadableMessageException"/>
    public ReadOnlyMemory<byte> Copy(int number)
    {
        if (number < _next)
        {
            throw new UnreadableMessageException("A blob of the message is named twice or out of order.");
        }

        for (; _next < number; _next++)
        {
            JsonFrame.Take(ref _rest);
        }

        _next++;
        return JsonFrame.Take(ref _rest).ToArray();
    }

    /// <exception cref="UnreadableMessageException">The last blob is cut off.</exception>
    public void SkipToEnd()
    {
        while (!_rest.IsEmpty)
        {
            JsonFrame.Take(ref _rest);
        }
    }

    public void Close() => _rest = default;
}

/// <summary>Binary data as its number among the blobs of the message at work.</summary>
internal sealed class BlobConverter : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MessageScratch.OfThread.Incoming.Copy(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options)
    {
        var blobs = MessageScratch.OfThread.Blobs;
        writer.WriteNumberValue(blobs.Count);
        blobs.Add(value);
    }
}
