using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Markers;

/// <summary>A random text that stands nowhere by chance, and all forms in which it could be found.</summary>
/// <param name="What">What it was planted as.</param>
internal sealed record Marker(string What, string Text)
{
    /// <summary>Letters and digits that pass wherever a value may stand.</summary>
    public static Marker New(string what) => new(what, "mk" + RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 22));

    /// <summary>Each form with its name: as text and in the usual encodings.</summary>
    public IEnumerable<(string Form, byte[] Bytes)> Forms()
    {
        var utf8 = Encoding.UTF8.GetBytes(Text);
        yield return ("UTF-8", utf8);
        yield return ("UTF-16 LE", Encoding.Unicode.GetBytes(Text));
        yield return ("UTF-16 BE", Encoding.BigEndianUnicode.GetBytes(Text));
        for (var shift = 0; shift < 3; shift++)
        {
            yield return ($"base64, shifted by {shift}", Encoding.ASCII.GetBytes(Base64(utf8, shift)));
            yield return ($"base64url, shifted by {shift}", Encoding.ASCII.GetBytes(Base64(utf8, shift).Replace('+', '-').Replace('/', '_')));
        }

        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        yield return ("upper-case hex", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        yield return ("percent-encoded", Encoding.ASCII.GetBytes(string.Concat(utf8.Select(static one => $"%{one:X2}"))));
        yield return ("JSON escapes", Encoding.ASCII.GetBytes(string.Concat(Text.Select(static one => $"\\u{(int)one:x4}"))));
        yield return ("backwards", Encoding.UTF8.GetBytes([.. Text.Reverse()]));
    }

    /// <summary>What of the encoding does not depend on what stands around the text.</summary>
    private static string Base64(byte[] text, int shift)
    {
        var encoded = Convert.ToBase64String([.. new byte[shift], .. text, 0, 0, 0]);
        var from = (shift * 8 + 5) / 6;
        return encoded[from..((shift + text.Length) * 8 / 6)];
    }
}
