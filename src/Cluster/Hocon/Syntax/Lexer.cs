using System.Globalization;
using System.Text.RegularExpressions;

namespace Cluster.Hocon.Syntax;

/// <summary>
/// Cuts a text into tokens, one per call. Comments vanish here; spaces stay, concatenation needs them.
/// </summary>
internal sealed partial class Lexer(string text, string file)
{
    private const string Forbidden = "$\"{}[]:=,+#`^?!@*&\\";

    private readonly TextCursor _cursor = new(text, file);

    public Token Next()
    {
        SkipComment();
        var start = _cursor.Position;
        if (_cursor.AtEnd) return new Token(TokenKind.End, "", start);
        var c = _cursor.Peek();
        if (Symbol(c) is { } kind) return Take(kind, 1, start);
        if (c == '"') return new Token(TokenKind.Quoted, QuotedText.Read(_cursor), start);
        if (c == '$') return OpenSubstitution(start);
        if (_cursor.StartsWith("+=")) return Take(TokenKind.PlusEquals, 2, start);
        if (IsSpace(c)) return Space(start);
        if (Forbidden.Contains(c)) throw new HoconException(start, $"'{c}' is reserved; put the text in quotes");
        return Unquoted(start);
    }

    private static TokenKind? Symbol(char c) => c switch
    {
        '\n' => TokenKind.Newline,
        ',' => TokenKind.Comma,
        ':' => TokenKind.Colon,
        '=' => TokenKind.Equals,
        '{' => TokenKind.OpenBrace,
        '}' => TokenKind.CloseBrace,
        '[' => TokenKind.OpenBracket,
        ']' => TokenKind.CloseBracket,
        _ => null,
    };

    private static bool IsSpace(char c) => c switch
    {
        '\n' => false,
        '\t' or '\v' or '\f' or '\r' or ' ' or '\uFEFF' => true,
        >= '\x1C' and <= '\x1F' => true,
        < '\x80' => false,
        _ => char.GetUnicodeCategory(c) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator,
    };

    [GeneratedRegex(@"\G-?[0-9]+(\.[0-9]+)?[eE]\+[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex PlusExponent();

    private void SkipComment()
    {
        if (_cursor.Peek() != '#' && !_cursor.StartsWith("//")) return;
        while (!_cursor.AtEnd && _cursor.Peek() != '\n') _cursor.Skip();
    }

    private Token Take(TokenKind kind, int length, HoconPosition start)
    {
        var from = _cursor.Index;
        _cursor.Skip(length);
        return new Token(kind, _cursor.SliceFrom(from), start);
    }

    private Token OpenSubstitution(HoconPosition start)
    {
        if (_cursor.StartsWith("${?")) return Take(TokenKind.OptionalSubstitution, 3, start);
        if (_cursor.StartsWith("${")) return Take(TokenKind.Substitution, 2, start);
        throw new HoconException(start, "'$' must be followed by '{', or be in quotes");
    }

    private Token Space(HoconPosition start)
    {
        var from = _cursor.Index;
        while (!_cursor.AtEnd && IsSpace(_cursor.Peek())) _cursor.Skip();
        return new Token(TokenKind.Whitespace, _cursor.SliceFrom(from), start);
    }

    private Token Unquoted(HoconPosition start)
    {
        var from = _cursor.Index;

        // The one number that holds a character forbidden elsewhere: 1e+5.
        if (char.IsAsciiDigit(_cursor.Peek()) || _cursor.Peek() == '-')
            _cursor.Skip(PlusExponent().Match(_cursor.Text, from).Length);
        while (!_cursor.AtEnd && ContinuesText()) _cursor.Skip();
        return new Token(TokenKind.Text, _cursor.SliceFrom(from), start);
    }

    private bool ContinuesText()
    {
        var c = _cursor.Peek();
        return c != '\n' && !IsSpace(c) && !Forbidden.Contains(c) && !_cursor.StartsWith("//");
    }
}
