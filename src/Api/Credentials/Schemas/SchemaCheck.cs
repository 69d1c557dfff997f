using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cluster.Entities;

namespace Api.Credentials.Schemas;

/// <summary>
/// Checks a value against the part of JSON Schema (draft 7) that adaptors' schemas use: <c>type</c>, <c>enum</c>, <c>const</c>, <c>properties</c>,
/// <c>required</c>, <c>additionalProperties: false</c>, <c>items</c>, lengths, bounds, <c>pattern</c>, <c>format</c> uri and email, <c>anyOf</c>,
/// <c>oneOf</c> and <c>allOf</c>. Other keywords are ignored, so that a schema can be stricter than what is checked and never laxer.
/// </summary>
internal sealed class SchemaCheck
{
    private const int MaxFaults = 50;
    private const int MaxDepth = 32;
    private static readonly TimeSpan s_pattern = TimeSpan.FromMilliseconds(100);
    private readonly ImmutableArray<FieldFault>.Builder _faults = ImmutableArray.CreateBuilder<FieldFault>();

    private SchemaCheck()
    {
    }

    /// <returns>Faults by JSON pointer from the request's body; never with a value of the body.</returns>
    public static ImmutableArray<FieldFault> Of(JsonElement schema, JsonElement body)
    {
        var check = new SchemaCheck();
        check.Check(schema, body, "/body", 0);
        return check._faults.ToImmutable();
    }

    private void Check(JsonElement schema, JsonElement value, string at, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth || _faults.Count >= MaxFaults) return;
        if (schema.TryGetProperty("type", out var type) && !IsOfType(type, value))
        {
            Fault(at, $"must be of type {Written(type)}");
            return;
        }

        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array)
            Unless(choices.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)), at, $"must be one of {choices.GetRawText()}");
        if (schema.TryGetProperty("const", out var only)) Unless(JsonElement.DeepEquals(only, value), at, $"must be {only.GetRawText()}");
        CheckChoices(schema, value, at, depth);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: CheckObject(schema, value, at, depth); break;
            case JsonValueKind.Array: CheckArray(schema, value, at, depth); break;
            case JsonValueKind.String: CheckText(schema, value.GetString()!, at); break;
            case JsonValueKind.Number: CheckNumber(schema, value.GetDouble(), at); break;
        }
    }

    private void CheckChoices(JsonElement schema, JsonElement value, string at, int depth)
    {
        foreach (var part in Each(schema, "allOf")) Check(part, value, at, depth + 1);
        if (Each(schema, "anyOf") is { Count: > 0 } any) Unless(any.Exists(part => Fits(part, value, depth)), at, "must fit one of the forms that the adaptor allows");
        if (Each(schema, "oneOf") is { Count: > 0 } one) Unless(one.FindAll(part => Fits(part, value, depth)).Count == 1, at, "must fit exactly one of the forms that the adaptor allows");
    }

    private void CheckObject(JsonElement schema, JsonElement value, string at, int depth)
    {
        foreach (var name in Each(schema, "required").Where(static name => name.ValueKind == JsonValueKind.String))
            Unless(value.TryGetProperty(name.GetString()!, out _), $"{at}/{Escaped(name.GetString()!)}", "must be present");
        var properties = schema.TryGetProperty("properties", out var known) && known.ValueKind == JsonValueKind.Object ? known : default;
        var isClosed = schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False;
        foreach (var field in value.EnumerateObject())
        {
            var place = $"{at}/{Escaped(field.Name)}";
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(field.Name, out var own)) Check(own, field.Value, place, depth + 1);
            else Unless(!isClosed, place, "must not be present: the adaptor does not know it");
        }
    }

    private void CheckArray(JsonElement schema, JsonElement value, string at, int depth)
    {
        var count = value.GetArrayLength();
        if (Number(schema, "minItems") is { } least) Unless(count >= least, at, $"must have at least {Text(least)} items");
        if (Number(schema, "maxItems") is { } most) Unless(count <= most, at, $"must have at most {Text(most)} items");
        if (!schema.TryGetProperty("items", out var items)) return;
        for (var i = 0; i < count; i++) Check(items, value[i], $"{at}/{i}", depth + 1);
    }

    private void CheckText(JsonElement schema, string text, string at)
    {
        var length = new StringInfo(text).LengthInTextElements;
        if (Number(schema, "minLength") is { } least) Unless(length >= least, at, $"must have at least {Text(least)} characters");
        if (Number(schema, "maxLength") is { } most) Unless(length <= most, at, $"must have at most {Text(most)} characters");
        if (Words(schema, "pattern") is { } pattern) Unless(Matches(pattern, text), at, $"must match the pattern {pattern}");
        switch (Words(schema, "format"))
        {
            case "uri": Unless(Uri.TryCreate(text, UriKind.Absolute, out _), at, "must be an absolute URI"); break;
            case "email": Unless(text.IndexOf('@', StringComparison.Ordinal) is > 0 and var sign && sign < text.Length - 1, at, "must be an e-mail address"); break;
        }
    }

    private void CheckNumber(JsonElement schema, double value, string at)
    {
        if (Number(schema, "minimum") is { } least) Unless(value >= least, at, $"must be at least {Text(least)}");
        if (Number(schema, "maximum") is { } most) Unless(value <= most, at, $"must be at most {Text(most)}");
    }

    private static bool Fits(JsonElement schema, JsonElement value, int depth)
    {
        var check = new SchemaCheck();
        check.Check(schema, value, "", depth + 1);
        return check._faults.Count == 0;
    }

    private static bool IsOfType(JsonElement type, JsonElement value) => type.ValueKind switch
    {
        JsonValueKind.Array => type.EnumerateArray().Any(one => IsOfType(one, value)),
        JsonValueKind.String => type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() % 1 == 0,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        },
        _ => true,
    };

    /// <summary>A pattern that .NET does not understand, or not in time, refuses nothing.</summary>
    private static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.ECMAScript, s_pattern);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static List<JsonElement> Each(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static double? Number(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string? Words(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Written(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray()) : type.ToString();

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>RFC 6901.</summary>
    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private void Unless(bool kept, string at, string rule)
    {
        if (!kept) Fault(at, rule);
    }

    private void Fault(string at, string rule)
    {
        if (_faults.Count < MaxFaults) _faults.Add(new FieldFault(at, rule));
    }
}
