using System.Text.RegularExpressions;

namespace Cluster.Hocon.Values;

/// <summary>What unquoted text stands for.</summary>
internal static partial class Scalars
{
    public static ScalarKind KindOf(string unquoted) => unquoted switch
    {
        "true" or "false" => ScalarKind.Boolean,
        "null" => ScalarKind.Null,
        _ => JsonNumber().IsMatch(unquoted) ? ScalarKind.Number : ScalarKind.String,
    };

    public static bool? Boolean(string text) => text switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();
}
