using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cluster.Journal;

namespace Actors.Serialization;

/// <summary>What the codecs share: compact camelCase JSON, made by generated code. Unknown fields are ignored.</summary>
internal static class StoredJson
{
    /// <summary>The generated options with the short form of text: the journal is no web page, and job code is full of
    /// characters that only a web page must escape.</summary>
    public static JsonSerializerOptions Options(JsonSerializerContext generated) =>
        new(generated.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <remarks>The serializer writes into a pooled buffer; the one allocation is the array that the journal keeps.</remarks>
    public static Payload Encode<T>(string manifest, T value, JsonTypeInfo<T> type) =>
        new(manifest, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static T Decode<T>(in Payload payload, JsonTypeInfo<T> type)
        where T : class =>
        JsonSerializer.Deserialize(payload.Bytes.Span, type)
        ?? throw new InvalidDataException($"The payload of a '{payload.Manifest}' is null.");
}

/// <summary>Enums are stored as lower-case words, never as numbers: their order in the source may change.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
