using System.Globalization;
using System.Text;

namespace Cluster.Hocon.Syntax;

/// <summary>Reads <c>"quoted"</c> and <c>"""multi-line"""</c> strings.</summary>
internal static class QuotedText
{
    private const string Triple = "\"\"\"";

    public static string Read(TextCursor cursor) =>
        cursor.StartsWith(Triple) ? ReadMultiLine(cursor) : ReadSingleLine(cursor);

    private static string ReadMultiLine(TextCursor cursor)
    {
        var start = cursor.Position;
        cursor.Skip(Triple.Length);
        var from = cursor.Index;
        while (!cursor.StartsWith(Triple))
        {
            if (cursor.AtEnd) throw new HoconException(start, "the multi-line string is not closed");
            cursor.Skip();
        }

        // Of more than three quotes at the end, the last three close and the others belong to the text.
        while (cursor.Peek(Triple.Length) == '"') cursor.Skip();
        var text = cursor.SliceFrom(from);
        cursor.Skip(Triple.Length);
        return text;
    }

    private static string ReadSingleLine(TextCursor cursor)
    {
        var start = cursor.Position;
        var text = new StringBuilder();
        cursor.Skip();
        while (cursor.Peek() != '"' || cursor.AtEnd)
        {
            if (cursor.AtEnd || cursor.Peek() == '\n')
                throw new HoconException(start, "the quoted string is not closed");
            text.Append(cursor.Peek() == '\\' ? Escape(cursor) : Plain(cursor));
        }

        cursor.Skip();
        return text.ToString();
    }

    private static char Plain(TextCursor cursor)
    {
        var c = cursor.Peek();
        if (c < ' ') throw new HoconException(cursor.Position, $"control character U+{(int)c:X4} must be escaped");
        cursor.Skip();
        return c;
    }

    private static char Escape(TextCursor cursor)
    {
        var start = cursor.Position;
        cursor.Skip();
        if (cursor.Peek() == 'u') return UnicodeEscape(cursor, start);
        char c = cursor.Peek() switch
        {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw new HoconException(start, "unknown escape; known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"),
        };
        cursor.Skip();
        return c;
    }

    private static char UnicodeEscape(TextCursor cursor, HoconPosition start)
    {
        var digits = cursor.Text.AsSpan(cursor.Index + 1);
        var culture = CultureInfo.InvariantCulture;
        if (digits.Length < 4 || !ushort.TryParse(digits[..4], NumberStyles.AllowHexSpecifier, culture, out var code))
        {
            throw new HoconException(start, "\\u must be followed by four hexadecimal digits");
        }

        cursor.Skip(5);
        return (char)code;
    }
}
