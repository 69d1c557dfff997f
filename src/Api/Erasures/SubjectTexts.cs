using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Api.Erasures;

/// <summary>
/// Texts by which a person is known, looked for in what is stored: anywhere in it, without regard to case, inside JSON strings
/// whichever way they are escaped, and in the percent-encoding of URLs. Characters are compared as they are composed: the node has no tables of
/// Unicode normalization. A text that a job changed further, encoded in base64 say, is not found.
/// </summary>
internal sealed class SubjectTexts(ImmutableArray<string> texts)
{
    private readonly ImmutableArray<string> _texts = [.. texts.Select(Normal)];

    /// <summary>Without what stands around it by mistake.</summary>
    public static string Normal(string text) => text.Trim();

    public bool AreIn(byte[] utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return AreIn(text)
            || (text.Contains('\\', StringComparison.Ordinal) && AreInStrings(utf8))
            || (text.Contains('%', StringComparison.Ordinal) && AreIn(Uri.UnescapeDataString(text.Replace('+', ' '))));
    }

    private bool AreIn(string text)
    {
        foreach (var one in _texts)
        {
            if (text.Contains(one, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private bool AreInStrings(byte[] utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 1_000, AllowMultipleValues = true });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && AreIn(Plain(ref reader)))
                    return true;
            }
        }
        catch (JsonException)
        {
            // No JSON, an error message for example: it was looked through as it stands.
        }

        return false;
    }

    private static string Plain(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which no text is.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
