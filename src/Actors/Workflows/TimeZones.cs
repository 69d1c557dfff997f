using System.Text.RegularExpressions;

namespace Actors.Workflows;

/// <summary>Time zones by their IANA names, from the system's time zone database.</summary>
public static partial class TimeZones
{
    private const int MaxLength = 64;

    /// <param name="name">Null for UTC.</param>
    /// <returns>Null if there is no such zone, or the system does not know it.</returns>
    public static TimeZoneInfo? Find(string? name)
    {
        if (name is null) return TimeZoneInfo.Utc;

        // The name becomes the path of a file.
        return name.Length <= MaxLength && NamePattern().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : null;
    }

    /// <summary>Region and place, or a short name such as UTC; not the variants with leap seconds or of POSIX.</summary>
    [GeneratedRegex(@"^(?!posix/|right/)[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
