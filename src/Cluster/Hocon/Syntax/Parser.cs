using System.Collections.Immutable;
using Cluster.Hocon.Values;

namespace Cluster.Hocon.Syntax;

/// <summary>Turns the text of one file into nodes. Included files come through <paramref name="include"/>.</summary>
/// <param name="prefix">The path under which this file is included.</param>
internal sealed class Parser(TokenStream tokens, HoconPath prefix, Func<IncludeStatement, ObjectNode?> include)
{
    private int _depth;

    public ObjectNode ParseFile()
    {
        var position = tokens.Current.Position;
        tokens.SkipLines();
        if (tokens.Is(TokenKind.OpenBracket)) throw tokens.Unexpected("an object at the root");
        var braces = tokens.Is(TokenKind.OpenBrace);
        var root = braces ? ParseObject(prefix) : ParseFields(prefix, position, TokenKind.End);
        tokens.SkipLines();
        return tokens.Is(TokenKind.End) ? root : throw tokens.Unexpected("the end of the file");
    }

    private ObjectNode ParseObject(HoconPath at)
    {
        var open = tokens.Take().Position;
        Nest(1, open);
        var node = ParseFields(at, open, TokenKind.CloseBrace);
        if (!tokens.Is(TokenKind.CloseBrace)) throw Unclosed("object", open);
        tokens.Take();
        _depth--;
        return node;
    }

    private ObjectNode ParseFields(HoconPath at, HoconPosition position, TokenKind end)
    {
        var fields = ImmutableArray.CreateBuilder<FieldNode>();
        ParseList(end, () =>
        {
            if (ParseField(at) is { } field) fields.Add(field);
        });
        return new ObjectNode(position, fields.ToImmutable());
    }

    private ArrayNode ParseArray()
    {
        var open = tokens.Take().Position;
        Nest(1, open);
        var elements = ImmutableArray.CreateBuilder<HoconNode>();

        // What is inside an array has no path: an include in there is looked up as the including file is.
        ParseList(TokenKind.CloseBracket, () => elements.Add(ParseValue(prefix)));
        if (!tokens.Is(TokenKind.CloseBracket)) throw Unclosed("array", open);
        tokens.Take();
        _depth--;
        return new ArrayNode(open, elements.ToImmutable());
    }

    /// <summary>Items separated by one comma, by line ends, or both; one comma may follow the last.</summary>
    private void ParseList(TokenKind end, Action item)
    {
        tokens.SkipLines();
        while (!tokens.Is(end) && !tokens.Is(TokenKind.End))
        {
            item();
            var separated = tokens.SkipLines();
            if (tokens.Is(TokenKind.Comma))
            {
                tokens.Take();
                tokens.SkipLines();
                separated = true;
            }

            if (!separated && !tokens.Is(end) && !tokens.Is(TokenKind.End))
                throw tokens.Unexpected("a comma or a new line");
        }
    }

    private FieldNode? ParseField(HoconPath at)
    {
        var position = tokens.Current.Position;
        var keyTokens = TakePath();
        if (keyTokens is [{ Kind: TokenKind.Text, Text: "include" }, ..])
            return ParseInclude(keyTokens, at);
        if (keyTokens.Count == 0) throw tokens.Unexpected("a key");
        var key = HoconPath.Parse(keyTokens.ToArray(), position);
        Nest(key.Length, position);
        var value = ParseAssigned(at.Then(key));
        _depth -= key.Length;
        return new FieldNode(key, value);
    }

    private HoconNode ParseAssigned(HoconPath at)
    {
        tokens.SkipLines();
        if (tokens.Is(TokenKind.OpenBrace)) return ParseValue(at);
        if (tokens.Is(TokenKind.PlusEquals))
        {
            var plus = tokens.Take().Position;
            return new AppendNode(plus, ParseValue(prefix));
        }

        if (!tokens.Is(TokenKind.Equals) && !tokens.Is(TokenKind.Colon))
            throw tokens.Unexpected("'=', ':' or '{' after the key");
        tokens.Take();
        return ParseValue(at);
    }

    private FieldNode? ParseInclude(List<Token> keyTokens, HoconPath at)
    {
        var statement = IncludeStatement.Parse(keyTokens, tokens, at);
        return include(statement) is { } node ? new FieldNode(HoconPath.Root, node) : null;
    }

    private HoconNode ParseValue(HoconPath at)
    {
        tokens.SkipLines();
        var parts = ImmutableArray.CreateBuilder<HoconNode>();
        while (ParsePart(at) is { } part) parts.Add(part);
        while (parts is [.., SpaceNode]) parts.RemoveAt(parts.Count - 1);
        if (tokens.Current is { Kind: TokenKind.Colon or TokenKind.Equals or TokenKind.PlusEquals } stray)
            throw new HoconException(stray.Position, $"{stray.Description} inside a value must be in quotes");
        return parts.Count switch
        {
            0 => throw tokens.Unexpected("a value"),
            1 => parts[0],
            _ => new ConcatenationNode(parts[0].Position, parts.ToImmutable()),
        };
    }

    private HoconNode? ParsePart(HoconPath at)
    {
        switch (tokens.Current.Kind)
        {
            case TokenKind.OpenBrace:
                return ParseObject(at);
            case TokenKind.OpenBracket:
                return ParseArray();
            case TokenKind.Substitution or TokenKind.OptionalSubstitution:
                return ParseSubstitution();
            case TokenKind.Whitespace:
                var space = tokens.Take();
                return new SpaceNode(space.Position, space.Text);
            case TokenKind.Quoted:
                var quoted = tokens.Take();
                return new ScalarNode(quoted.Position, quoted.Text, ScalarKind.String);
            case TokenKind.Text:
                var text = tokens.Take();
                return new ScalarNode(text.Position, text.Text, Scalars.KindOf(text.Text));
            default:
                return null;
        }
    }

    private SubstitutionNode ParseSubstitution()
    {
        var open = tokens.Take();
        var pathTokens = TakePath();
        if (!tokens.Is(TokenKind.CloseBrace)) throw tokens.Unexpected("a path and '}' in the substitution");
        tokens.Take();
        var path = HoconPath.Parse(pathTokens.ToArray(), open.Position);
        if (path.Length > HoconLimits.Nesting) throw TooDeep(open.Position);
        return new SubstitutionNode(open.Position, path, open.Kind == TokenKind.OptionalSubstitution, prefix);
    }

    private List<Token> TakePath()
    {
        var taken = new List<Token>();
        while (tokens.Current.Kind is TokenKind.Text or TokenKind.Quoted or TokenKind.Whitespace)
            taken.Add(tokens.Take());
        return taken;
    }

    private void Nest(int levels, HoconPosition position)
    {
        _depth += levels;
        if (_depth + prefix.Length > HoconLimits.Nesting) throw TooDeep(position);
    }

    private static HoconException TooDeep(HoconPosition position) =>
        new(position, $"nested deeper than {HoconLimits.Nesting} levels");

    private HoconException Unclosed(string what, HoconPosition open) =>
        new(tokens.Current.Position, $"the {what} opened at {open.Line}:{open.Column} is not closed");
}
