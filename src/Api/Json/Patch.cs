using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Api.Projects;

namespace Api.Json;

/// <summary>A field of a merge patch: absent keeps the value, null removes it.</summary>
[JsonConverter(typeof(PatchConverterFactory))]
internal readonly record struct Patch<T>
{
    private Patch(T? value)
    {
        IsGiven = true;
        Value = value;
    }

    public bool IsGiven { get; }

    public T? Value { get; }

    public static Patch<T> To(T? value) => new(value);

    /// <summary>The value after the patch.</summary>
    public T? Or(T? present) => IsGiven ? Value : present;
}

internal sealed class PatchConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(Patch<string>) || typeToConvert == typeof(Patch<int?>) || typeToConvert == typeof(Patch<string[]>)
        || typeToConvert == typeof(Patch<ProjectLimitsPatch>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(Patch<string>) ? new TextConverter()
        : typeToConvert == typeof(Patch<int?>) ? new NumberConverter()
        : typeToConvert == typeof(Patch<string[]>) ? new ListConverter()
        : new ObjectConverter<ProjectLimitsPatch>("limits");

    /// <summary>A patch inside a patch.</summary>
    /// <param name="field">The one field of this type: faults inside are told by their whole path.</param>
    private sealed class ObjectConverter<T>(string field) : JsonConverter<Patch<T>>
        where T : class
    {
        public override bool HandleNull => true;

        public override Patch<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Patch<T>.To(JsonSerializer.Deserialize(ref reader, Shape(options)));
            }
            catch (JsonException fault) when (fault.Path is { } path)
            {
                throw new JsonException(fault.Message, $"$.{field}{path[1..]}", fault.LineNumber, fault.BytePositionInLine, fault.InnerException);
            }
        }

        public override void Write(Utf8JsonWriter writer, Patch<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value!, Shape(options));

        private static JsonTypeInfo<T> Shape(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }

    private sealed class TextConverter : JsonConverter<Patch<string>>
    {
        public override bool HandleNull => true;

        public override Patch<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String or JsonTokenType.Null
                ? Patch<string>.To(reader.GetString())
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Patch<string> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }

    private sealed class ListConverter : JsonConverter<Patch<string[]>>
    {
        public override bool HandleNull => true;

        public override Patch<string[]> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null) return Patch<string[]>.To(null);
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
            var items = new List<string>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                items.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());
            return Patch<string[]>.To([.. items]);
        }

        public override void Write(Utf8JsonWriter writer, Patch<string[]> value, JsonSerializerOptions options)
        {
            if (value.Value is null)
            {
                writer.WriteNullValue();
                return;
            }

            writer.WriteStartArray();
            foreach (var item in value.Value) writer.WriteStringValue(item);
            writer.WriteEndArray();
        }
    }

    private sealed class NumberConverter : JsonConverter<Patch<int?>>
    {
        public override bool HandleNull => true;

        public override Patch<int?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null) return Patch<int?>.To(null);
            return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)
                ? Patch<int?>.To(number)
                : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, Patch<int?> value, JsonSerializerOptions options)
        {
            if (value.Value is { } number) writer.WriteNumberValue(number);
            else writer.WriteNullValue();
        }
    }
}
