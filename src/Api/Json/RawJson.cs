using System.Text.Json;
using System.Text.Json.Serialization;

namespace Api.Json;

/// <summary>JSON that is stored as bytes and handed on as it is.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Raw JSON is only written.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        try
        {
            writer.WriteRawValue(value.Utf8.Span);
        }
        catch (JsonException)
        {
            // A worker may have reported text that is no JSON: it is shown as text.
            writer.WriteStringValue(value.Utf8.Span);
        }
    }
}
