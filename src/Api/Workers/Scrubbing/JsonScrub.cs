using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Api.Workers.Scrubbing;

/// <summary>
/// Hides secrets in JSON and leaves JSON: each text and each name is unescaped, searched and, only if something was found in any of
/// them, written anew. A number that is a secret as a whole becomes a text.
/// </summary>
internal static class JsonScrub
{
    private const int MaxDepth = 512;

    private static readonly JsonWriterOptions s_written = new()
    {
        SkipValidation = true,
        MaxDepth = MaxDepth,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <returns>The same memory if there is nothing to hide.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ReadOnlyMemory<byte> Hide(SecretScan scan, ReadOnlyMemory<byte> json) => IsIn(scan, json.Span) ? Rewrite(scan, json.Span) : json;

    private static bool IsIn(SecretScan scan, ReadOnlySpan<byte> json)
    {
        var found = false;
        var buffer = ArrayPool<char>.Shared.Rent(256);
        var reader = Reader(json);
        while (!found && reader.Read())
        {
            found = reader.TokenType switch
            {
                // A text has at most as many characters as bytes, escaped or not.
                _ when reader.ValueSpan.Length < scan.Shortest => false,
                JsonTokenType.String or JsonTokenType.PropertyName => scan.IsIn(Text(ref reader, ref buffer)),
                JsonTokenType.Number => scan.Is(Text(ref reader, ref buffer)),
                _ => false,
            };
        }

        // What was unescaped here may be a secret: the next who rents it is not to find it.
        ArrayPool<char>.Shared.Return(buffer, clearArray: true);
        return found;
    }

    private static byte[] Rewrite(SecretScan scan, ReadOnlySpan<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 16);
        using var writer = new Utf8JsonWriter(output, s_written);
        var reader = Reader(json);
        while (reader.Read()) Copy(scan, ref reader, writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void Copy(SecretScan scan, ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: writer.WriteStartObject(); break;
            case JsonTokenType.EndObject: writer.WriteEndObject(); break;
            case JsonTokenType.StartArray: writer.WriteStartArray(); break;
            case JsonTokenType.EndArray: writer.WriteEndArray(); break;
            case JsonTokenType.PropertyName: writer.WritePropertyName(scan.Hide(Text(ref reader))); break;
            case JsonTokenType.String: writer.WriteStringValue(scan.Hide(Text(ref reader))); break;
            case JsonTokenType.Number when scan.Is(Encoding.UTF8.GetString(reader.ValueSpan)): writer.WriteStringValue(SecretScan.Mask); break;
            default: writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true); break;
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        var buffer = new char[reader.ValueSpan.Length];
        return Text(ref reader, ref buffer).ToString();
    }

    private static ReadOnlySpan<char> Text(ref Utf8JsonReader reader, ref char[] buffer)
    {
        var raw = reader.ValueSpan;
        if (raw.Length > buffer.Length)
        {
            ArrayPool<char>.Shared.Return(buffer, clearArray: true);
            buffer = ArrayPool<char>.Shared.Rent(raw.Length);
        }

        if (!reader.ValueIsEscaped) return buffer.AsSpan(0, Encoding.UTF8.GetChars(raw, buffer));
        try
        {
            return buffer.AsSpan(0, reader.CopyString(buffer));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which JavaScript writes and .NET does not read: searched as it was written.
            return buffer.AsSpan(0, Encoding.UTF8.GetChars(raw, buffer));
        }
    }

    private static Utf8JsonReader Reader(ReadOnlySpan<byte> json) => new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
}
