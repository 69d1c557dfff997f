namespace Cluster.Hocon.Syntax;

/// <summary>The tokens of one file with one token of look-ahead.</summary>
internal sealed class TokenStream
{
    private readonly Lexer _lexer;

    public TokenStream(string text, string file)
    {
        _lexer = new Lexer(text, file);
        Current = _lexer.Next();
    }

    public Token Current { get; private set; }

    public Token Take()
    {
        var taken = Current;
        Current = _lexer.Next();
        return taken;
    }

    public bool Is(TokenKind kind) => Current.Kind == kind;

    public void SkipSpaces()
    {
        while (Is(TokenKind.Whitespace)) Take();
    }

    /// <summary>Skips spaces and line ends; true when there was a line end.</summary>
    public bool SkipLines()
    {
        var newline = false;
        while (Is(TokenKind.Whitespace) || Is(TokenKind.Newline)) newline |= Take().Kind == TokenKind.Newline;
        return newline;
    }

    public HoconException Unexpected(string expected) =>
        new(Current.Position, $"expected {expected}, found {Current.Description}");
}
