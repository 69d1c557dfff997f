using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Api.Json;

namespace Api.Problems;

/// <summary>Says what is wrong with a body that did not become the expected type, in the caller's words.</summary>
internal static class JsonFaults
{
    /// <param name="expected">Contract of the body, to tell unknown fields from values of the wrong type; may be null.</param>
    public static Problem Describe(JsonException fault, JsonTypeInfo? expected)
    {
        // Syntax errors come from the reader, whose own exception the serializer wraps.
        if (fault.InnerException is JsonException || fault.Path is null)
        {
            var place = fault.LineNumber is { } line ? $"Line {line + 1}, byte {fault.BytePositionInLine + 1}." : null;
            return Problem.Of(ProblemKinds.MalformedJson, place);
        }

        var segments = Segments(fault.Path);
        var field = string.Join('.', segments).Replace(".[", "[", StringComparison.Ordinal);
        return IsUnknown(segments, expected)
            ? Problem.Of(ProblemKinds.UnknownField, field, "is not a field of this resource")
            : Problem.Of(ProblemKinds.Invalid, field.Length == 0 ? "body" : field, "has a value of the wrong type or is given twice");
    }

    private static bool IsUnknown(List<string> segments, JsonTypeInfo? type)
    {
        foreach (var segment in segments)
        {
            if (type is { Kind: JsonTypeInfoKind.Object } && segment[0] != '[')
            {
                var property = type.Properties.FirstOrDefault(candidate => candidate.Name == segment);
                if (property is null) return true;
                type = type.Options.GetTypeInfo(PatchedType(property.PropertyType));
            }
            else
            {
                type = type?.ElementType is { } element ? type.Options.GetTypeInfo(element) : null;
            }
        }

        return false;
    }

    /// <summary>What a field of a merge patch is of, once it is there.</summary>
    private static Type PatchedType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Patch<>) && type.GetGenericArguments()[0] is { IsClass: true } patched
            ? patched
            : type;

    /// <summary>Splits a path such as <c>$.jobs[0].name</c> or <c>$['a b']</c>.</summary>
    private static List<string> Segments(string path)
    {
        var segments = new List<string>();
        for (var rest = path.AsSpan(1); !rest.IsEmpty;)
        {
            var quoted = rest.StartsWith("['");
            var end = quoted ? rest.IndexOf("']") + 2
                : rest[0] == '[' ? rest.IndexOf(']') + 1
                : rest[1..].IndexOfAny('.', '[') + 1;
            if (end < 2) end = rest.Length;

            segments.Add((quoted ? rest[2..(end - 2)] : rest[0] == '.' ? rest[1..end] : rest[..end]).ToString());
            rest = rest[end..];
        }

        segments.RemoveAll(static segment => segment.Length == 0);
        return segments;
    }
}
