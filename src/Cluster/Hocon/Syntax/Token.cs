namespace Cluster.Hocon.Syntax;

internal enum TokenKind
{
    Text,
    Quoted,
    Whitespace,
    Newline,
    Comma,
    Colon,
    Equals,
    PlusEquals,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Substitution,
    OptionalSubstitution,
    End,
}

/// <param name="Text">What the token stands for: escapes are decoded, quotes are gone.</param>
internal readonly record struct Token(TokenKind Kind, string Text, HoconPosition Position)
{
    /// <summary>The token in words. Text is not quoted back: it may be part of a secret.</summary>
    public string Description => Kind switch
    {
        TokenKind.Text => "unquoted text",
        TokenKind.Quoted => "a quoted string",
        TokenKind.Whitespace => "a space",
        TokenKind.Newline => "the end of the line",
        TokenKind.Substitution or TokenKind.OptionalSubstitution => "a substitution",
        TokenKind.End => "the end of the file",
        _ => $"'{Text}'",
    };
}
