namespace Cluster.Hocon.Syntax;

/// <summary>
/// <c>include "name"</c>, <c>include file("name")</c>, <c>include required("name")</c> or
/// <c>include required(file("name"))</c>.
/// </summary>
/// <param name="At">The path of the object in which the statement stands.</param>
internal sealed record IncludeStatement(HoconPosition Position, string Name, bool Required, HoconPath At)
{
    /// <param name="key">
    /// The word <c>include</c> and what follows it on its line: parentheses are plain text in HOCON, so most of the
    /// statement has been read as a key.
    /// </param>
    public static IncludeStatement Parse(List<Token> key, TokenStream tokens, HoconPath at)
    {
        var position = key[0].Position;
        var words = key.Skip(1).Where(token => token.Kind != TokenKind.Whitespace).ToList();
        while (words.Count == 0 || OpensOnly(words))
        {
            tokens.SkipLines();
            if (tokens.Current.Kind is not (TokenKind.Text or TokenKind.Quoted)) break;
            words.Add(tokens.Take());
        }

        var name = words.FindIndex(token => token.Kind == TokenKind.Quoted);
        if (name < 0) throw Malformed(position);
        var before = Join(words[..name]);
        if (before.Replace("required(", "", StringComparison.Ordinal) is "url(" or "classpath(")
            throw new HoconException(position, "only files can be included");
        var closing = ClosingParentheses(words[(name + 1)..], tokens);
        var required = before.StartsWith("required(", StringComparison.Ordinal);
        if (before is not ("" or "file(" or "required(" or "required(file(")
            || closing != new string(')', before.Count(c => c == '('))
            || words[name].Text.Length == 0)
        {
            throw Malformed(position);
        }

        return new IncludeStatement(position, words[name].Text, required, at);
    }

    private static bool OpensOnly(List<Token> words) =>
        words[^1] is { Kind: TokenKind.Text } last && last.Text.EndsWith('(');

    private static string ClosingParentheses(List<Token> words, TokenStream tokens)
    {
        if (words.Any(token => token.Kind == TokenKind.Quoted)) return "?";
        tokens.SkipSpaces();
        while (tokens.Is(TokenKind.Text))
        {
            words.Add(tokens.Take());
            tokens.SkipSpaces();
        }

        return Join(words);
    }

    private static string Join(IEnumerable<Token> words) => string.Concat(words.Select(token => token.Text));

    private static HoconException Malformed(HoconPosition position) =>
        new(position, "include needs one quoted file name: include \"a.conf\" or include required(file(\"a.conf\"))");
}
