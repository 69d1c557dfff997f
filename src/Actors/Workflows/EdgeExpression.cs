using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Actors.Workflows;

/// <summary>
/// What the JavaScript of an edge's condition may look like: one expression over <c>state</c>. Words that load code, reach
/// for the process or are statements are refused when the workflow is saved, so that its author hears of it at once.
/// This is a help, not a wall: strings are blanked out and words compared, nothing is parsed. What an expression can
/// really do is bounded by the worker that evaluates it.
/// </summary>
internal static partial class EdgeExpression
{
    private static readonly FrozenSet<string> BannedWords = FrozenSet.Create(
        StringComparer.Ordinal,
        "import", "export", "require", "module", "eval", "Function", "constructor", "process", "globalThis", "global",
        "while", "for", "do", "switch", "try", "throw", "return", "with", "debugger", "function", "class", "async",
        "await", "yield", "var", "let", "const", "delete");

    /// <returns>Every broken rule as a sentence.</returns>
    public static IEnumerable<string> FaultsOf(string? expression)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            yield return "must be present for the condition js_expression";
            yield break;
        }

        if (expression.Length > WorkflowLimits.ExpressionLength)
        {
            yield return "must be at most 255 characters";
            yield break;
        }

        if (StartsWithLineBreak(expression)) yield return "must not start with a line break";
        if (expression.Contains('\0')) yield return "must not contain NUL";

        var code = QuotedText().Replace(expression, "''");
        if (code.Contains(';')) yield return "must be one expression, without ';'";
        if (code.Contains("//") || code.Contains("/*")) yield return "must not contain a comment";

        foreach (var word in Words().Matches(code).Select(match => match.Value).Where(BannedWords.Contains).Distinct())
        {
            yield return $"must not use '{word}'";
        }
    }

    private static bool StartsWithLineBreak(string expression)
    {
        var blanks = expression.AsSpan(0, expression.Length - expression.AsSpan().TrimStart().Length);
        return blanks.IndexOfAny('\n', '\r') >= 0;
    }

    /// <summary>Template literals stay: what stands in their <c>${}</c> is code.</summary>
    [GeneratedRegex(
        @"'(\\.|[^'\\\n])*'|""(\\.|[^""\\\n])*""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex QuotedText();

    /// <summary>Words that are no property, and <c>constructor</c>: as a property it leads to code made of text.</summary>
    [GeneratedRegex(@"\bconstructor\b|(?<![\w$.])[A-Za-z_$][\w$]*", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
