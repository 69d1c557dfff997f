using System.Text.Unicode;

namespace Cluster.Hocon.Syntax;

/// <summary>Bytes of a file as text. HOCON is UTF-8 and nothing else.</summary>
internal static class SourceText
{
    public static string Decode(byte[] bytes, string file)
    {
        if (bytes.Length > HoconLimits.FileBytes)
            throw new HoconException(new HoconPosition(file, 1, 1), $"larger than {HoconLimits.FileBytes} bytes");
        var text = new char[bytes.Length];
        Utf8.ToUtf16(bytes, text, out var read, out var written, replaceInvalidSequences: false);
        if (read == bytes.Length) return new string(text, 0, written);
        throw new HoconException(EndOf(text.AsSpan(0, written), file), "not valid UTF-8");
    }

    private static HoconPosition EndOf(ReadOnlySpan<char> text, string file) =>
        new(file, text.Count('\n') + 1, text.Length - text.LastIndexOf('\n'));
}
