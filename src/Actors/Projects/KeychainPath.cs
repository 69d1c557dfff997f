using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Actors.Projects;

/// <summary>
/// The part of JSONPath (RFC 9535) that names one value: <c>$</c>, then names (<c>.name</c>, <c>['name']</c>, <c>["name"]</c>) and indexes
/// (<c>[0]</c>). No wildcards, filters, slices or escapes: a keychain selects one credential.
/// </summary>
public sealed class KeychainPath
{
    public const int MaxLength = 500;
    private const int MaxIndexDigits = 6;
    private const int MaxDepth = 1_000;
    private readonly ImmutableArray<Segment> _segments;

    private KeychainPath(ImmutableArray<Segment> segments) => _segments = segments;

    /// <summary>A name as UTF-8, or an index.</summary>
    private readonly record struct Segment(byte[]? Name, int Index);

    /// <returns>Null if it is no such path.</returns>
    public static KeychainPath? Parse(string? text)
    {
        if (text is null or { Length: < 2 or > MaxLength } || text[0] != '$') return null;
        var segments = ImmutableArray.CreateBuilder<Segment>();
        var rest = text.AsSpan(1);
        while (!rest.IsEmpty)
        {
            if (Next(ref rest) is not { } segment) return null;
            segments.Add(segment);
        }

        return new KeychainPath(segments.ToImmutable());
    }

    /// <summary>The text at the path: a string as it is, a number, <c>true</c> or <c>false</c> as it is written. Of a name that stands twice in an object
    /// the last counts, as for the job that reads it.</summary>
    /// <param name="json">Empty for no input.</param>
    /// <returns>Null if there is nothing, null, an object or an array.</returns>
    /// <exception cref="JsonException">It is no JSON, or deeper than 1,000 levels.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no Unicode: half a surrogate pair.</exception>
    public string? Find(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return null;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        foreach (var segment in _segments)
        {
            if (!(segment.Name is { } name ? ToName(ref reader, name) : ToIndex(ref reader, segment.Index))) return null;
        }

        return reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
    }

    private static Segment? Next(ref ReadOnlySpan<char> rest)
    {
        if (rest[0] == '.') return Name(ref rest);
        if (rest[0] != '[' || rest.IndexOf(']') is not (> 1 and var end)) return null;
        if (rest[1] is '\'' or '"') return Quoted(ref rest);
        var digits = rest[1..end];
        rest = rest[(end + 1)..];
        return digits.Length <= MaxIndexDigits && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new Segment(null, index)
            : null;
    }

    private static Segment? Name(ref ReadOnlySpan<char> rest)
    {
        var end = 1;
        while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] == '_')) end++;
        if (end == 1 || char.IsAsciiDigit(rest[1])) return null;
        var name = rest[1..end].ToString();
        rest = rest[end..];
        return new Segment(Encoding.UTF8.GetBytes(name), 0);
    }

    private static Segment? Quoted(ref ReadOnlySpan<char> rest)
    {
        var length = rest[2..].IndexOf(rest[1]);
        if (length < 1 || length + 3 >= rest.Length || rest[length + 3] != ']') return null;
        var name = rest.Slice(2, length).ToString();
        if (name.Contains('\\') || name.Any(char.IsControl) || !Workflows.Text.IsLine(name, MaxLength)) return null;
        rest = rest[(length + 4)..];
        return new Segment(Encoding.UTF8.GetBytes(name), 0);
    }

    private static bool ToName(ref Utf8JsonReader reader, byte[] name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        Utf8JsonReader found = default;
        var isFound = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                found = reader;
                isFound = true;
            }

            reader.Skip();
        }

        if (isFound) reader = found;
        return isFound;
    }

    private static bool ToIndex(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i == index) return true;
            reader.Skip();
        }

        return false;
    }
}
