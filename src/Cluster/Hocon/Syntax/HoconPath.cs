using System.Collections.Immutable;
using System.Text;

namespace Cluster.Hocon.Syntax;

/// <summary>Keys from the root downwards.</summary>
internal readonly struct HoconPath(ImmutableArray<string> keys)
{
    public static readonly HoconPath Root = new([]);

    public ImmutableArray<string> Keys { get; } = keys;

    public int Length => Keys.Length;

    public HoconPath Then(HoconPath rest) => new(Keys.AddRange(rest.Keys));

    public HoconPath Then(string key) => new(Keys.Add(key));

    public bool IsPrefixOf(HoconPath other) => other.Keys.AsSpan().StartsWith(Keys.AsSpan());

    /// <summary>As one would write it: parts that need quotes have them.</summary>
    public override string ToString() => string.Join('.', Keys.Select(Quote));

    /// <summary>
    /// Reads a path expression from its tokens: dots outside quotes separate, spaces inside belong to the key.
    /// </summary>
    public static HoconPath Parse(ReadOnlySpan<Token> tokens, HoconPosition position)
    {
        var keys = ImmutableArray.CreateBuilder<string>();
        var key = new StringBuilder();
        var quoted = false;
        foreach (var token in TrimSpaces(tokens))
        {
            quoted |= token.Kind == TokenKind.Quoted;
            var pieces = token.Kind == TokenKind.Text ? token.Text.Split('.') : [token.Text];
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0) Finish();
                key.Append(pieces[i]);
            }
        }

        Finish();
        return new HoconPath(keys.ToImmutable());

        void Finish()
        {
            if (key.Length == 0 && !quoted)
                throw new HoconException(position, "an empty part of a path must be quoted");
            keys.Add(key.ToString());
            key.Clear();
            quoted = false;
        }
    }

    private static ReadOnlySpan<Token> TrimSpaces(ReadOnlySpan<Token> tokens)
    {
        while (tokens is [{ Kind: TokenKind.Whitespace }, .. var rest]) tokens = rest;
        while (tokens is [.. var rest, { Kind: TokenKind.Whitespace }]) tokens = rest;
        return tokens;
    }

    private static string Quote(string key) =>
        key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '-' or '_')
            ? key
            : $"\"{string.Concat(key.Select(c => char.IsControl(c) ? '?' : c))}\"";
}
