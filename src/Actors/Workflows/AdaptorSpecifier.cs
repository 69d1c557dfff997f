using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Actors.Workflows;

/// <summary>
/// <c>name@X.Y.Z</c>, an npm package at one exact version. A range or tag would make the same run do other things on
/// another day, and would have workers ask the package registry each time.
/// </summary>
internal static partial class AdaptorSpecifier
{
    /// <returns>The adaptor's name; null if the specifier is not of that form.</returns>
    public static string? NameOf(string specifier)
    {
        if (specifier.Length > WorkflowLimits.AdaptorLength) return null;

        var match = Pattern().Match(specifier);
        return match.Success ? match.Groups["name"].Value : null;
    }

    public static bool IsAllowed(string name, ImmutableArray<string> allowed)
    {
        foreach (var pattern in allowed)
        {
            var matches = pattern.EndsWith('*')
                ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
                : name == pattern;
            if (matches) return true;
        }

        return false;
    }

    [GeneratedRegex(
        @"^(?<name>(@[a-z0-9][a-z0-9._~-]*/)?[a-z0-9][a-z0-9._~-]*)@[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
