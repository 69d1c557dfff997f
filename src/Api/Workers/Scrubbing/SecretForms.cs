using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Api.Workers.Scrubbing;

/// <summary>The forms in which a secret may turn up in a text: as it is, line by line, and in its usual encodings.</summary>
internal static class SecretForms
{
    /// <summary>Shorter ones are left alone: replacing them would destroy any text and hide nothing. In characters.</summary>
    public const int Shortest = 4;

    /// <summary>Shorter ones are not looked for in the middle of other base64: what is left of them there would fit chance text. In bytes.</summary>
    private const int ShortestWithin = 6;

    /// <summary>A line of a longer secret is a secret by itself from here on: the lines of keys in PEM are 64. In characters.</summary>
    private const int ShortestLine = 16;

    public static IEnumerable<string> Of(string secret)
    {
        if (secret.Length < Shortest) return [];
        var bytes = Encoding.UTF8.GetBytes(secret);
        return [secret, .. Lines(secret), .. Escaped(secret), .. Percent(secret), .. Base64(bytes), Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes)];
    }

    private static IEnumerable<string> Lines(string secret) =>
        secret.Contains('\n', StringComparison.Ordinal)
            ? secret.Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.Length >= ShortestLine && !line.StartsWith("-----", StringComparison.Ordinal))
            : [];

    private static IEnumerable<string> Escaped(string secret) =>
        [JsonEncodedText.Encode(secret).Value, JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value];

    /// <summary>RFC 3986; what JavaScript's encodeURIComponent and encodeURI make; and forms (application/x-www-form-urlencoded).</summary>
    private static IEnumerable<string> Percent(string secret)
    {
        var strict = Uri.EscapeDataString(secret);
        var component = Unescape(strict, "!'()*");
        yield return strict;
        yield return component;
        yield return Unescape(component, ";/?:@&=+$,#");
        yield return Unescape(strict, "*").Replace("%20", "+", StringComparison.Ordinal).Replace("~", "%7E", StringComparison.Ordinal);
    }

    private static string Unescape(string text, string left)
    {
        foreach (var one in left) text = text.Replace(Uri.HexEscape(one), one.ToString(), StringComparison.Ordinal);
        return text;
    }

    /// <summary>
    /// Base64 and base64url of the secret alone, and what of its base64 is the same wherever it stands in longer data: with zero, one
    /// or two bytes before it in its group of three, the characters that only its own bits make.
    /// </summary>
    private static IEnumerable<string> Base64(byte[] secret)
    {
        yield return Convert.ToBase64String(secret);
        yield return Base64Url.EncodeToString(secret);
        if (secret.Length < ShortestWithin) yield break;
        for (var before = 0; before < 3; before++)
        {
            byte[] shifted = [.. new byte[before], .. secret];
            var own = new Range(((8 * before) + 5) / 6, 8 * shifted.Length / 6);
            yield return Convert.ToBase64String(shifted)[own];
            yield return Base64Url.EncodeToString(shifted)[own];
        }
    }
}
