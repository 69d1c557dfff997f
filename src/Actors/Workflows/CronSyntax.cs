using System.Globalization;

namespace Actors.Workflows;

/// <summary>
/// Whether a cron expression is well formed: five fields of <c>*</c>, numbers, names of months and days, ranges, lists
/// and steps. It says nothing of when the expression fires.
/// </summary>
internal static class CronSyntax
{
    private const int MaxLength = 255;

    private static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly Field[] Fields =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, Months),
        new("day of week", 0, 7, Days),
    ];

    /// <returns>The broken rule; null when there is none.</returns>
    public static string? FaultOf(string expression)
    {
        var parts = expression.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (expression.Length > MaxLength || parts.Length != Fields.Length)
        {
            return "must have exactly five fields: minute, hour, day of month, month, day of week";
        }

        for (var i = 0; i < parts.Length; i++)
        {
            var field = Fields[i];
            if (!parts[i].Split(',').All(item => IsItem(item, field)))
            {
                return $"must have a {field.Name} of {field.Min}-{field.Max}, '*', ranges, lists or steps; '{parts[i]}' is not";
            }
        }

        return null;
    }

    private static bool IsItem(string item, Field field)
    {
        var parts = item.Split('/');
        return parts.Length <= 2
            && IsRange(parts[0], field)
            && (parts.Length == 1 || (TryNumber(parts[1], out var step) && step >= 1 && step <= field.Max));
    }

    private static bool IsRange(string range, Field field)
    {
        if (range == "*") return true;

        var ends = range.Split('-');
        return ends.Length <= 2
            && TryValue(ends[0], field, out var low)
            && TryValue(ends[^1], field, out var high)
            && low <= high;
    }

    private static bool TryValue(string text, Field field, out int value)
    {
        var named = Array.FindIndex(field.Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0)
        {
            value = named + field.Min;
            return true;
        }

        return TryNumber(text, out value) && value >= field.Min && value <= field.Max;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private sealed record Field(string Name, int Min, int Max, string[] Names);
}
