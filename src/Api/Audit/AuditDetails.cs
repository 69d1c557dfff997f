using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actors.Audit;

namespace Api.Audit;

/// <summary>Writes an entry's details: a JSON object within its bound.</summary>
internal static class AuditDetails
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="write">The object's fields.</param>
    /// <returns>What was written, or that it was too long: an entry is never refused for its details.</returns>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        var text = Write(write);
        return text.Length <= AuditFact.MaxDetails
            ? text
            : Write(writer =>
            {
                writer.WriteBoolean("tooLong"u8, true);
                writer.WriteNumber("characters"u8, text.Length);
            });
    }

    /// <summary>A field as it was and is; nothing where both are the same.</summary>
    public static void WriteChange<T>(this Utf8JsonWriter writer, string field, T before, T after, Action<Utf8JsonWriter, T> write)
    {
        if (EqualityComparer<T>.Default.Equals(before, after)) return;
        writer.WriteStartObject(field);
        writer.WritePropertyName("before"u8);
        write(writer, before);
        writer.WritePropertyName("after"u8);
        write(writer, after);
        writer.WriteEndObject();
    }

    public static void WriteChange(this Utf8JsonWriter writer, string field, string? before, string? after) =>
        writer.WriteChange(field, before, after, static (to, text) => to.WriteStringValue(text));

    public static void WriteChange(this Utf8JsonWriter writer, string field, int? before, int? after) =>
        writer.WriteChange(field, before, after, static (to, number) =>
        {
            if (number is { } known) to.WriteNumberValue(known);
            else to.WriteNullValue();
        });

    public static void WriteChange(this Utf8JsonWriter writer, string field, bool? before, bool? after) =>
        writer.WriteChange(field, before, after, static (to, truth) =>
        {
            if (truth is { } known) to.WriteBooleanValue(known);
            else to.WriteNullValue();
        });

    /// <summary>The same of several words, as <see cref="Listed"/>; null for no list.</summary>
    public static void WriteChange(this Utf8JsonWriter writer, string field, IEnumerable<string>? before, IEnumerable<string>? after) =>
        writer.WriteChange(field, before is null ? null : Listed(before), after is null ? null : Listed(after));

    /// <summary>Words or ids as one text, in their order, parted by spaces, which none of them holds.</summary>
    public static string Listed<T>(IEnumerable<T> words) => string.Join(' ', words);

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var to = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(to, s_options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(to.WrittenSpan);
    }
}
