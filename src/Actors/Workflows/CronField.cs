using System.Globalization;

namespace Actors.Workflows;

/// <summary>One of the five fields of a cron expression: a list of <c>*</c>, values, ranges and steps.</summary>
/// <param name="Names">Words for the values from <paramref name="Min"/> on; empty where there are none.</param>
internal sealed record CronField(string Name, int Min, int Max, string[] Names)
{
    public static readonly CronField Minute = new("minute", 0, 59, []);

    public static readonly CronField Hour = new("hour", 0, 23, []);

    public static readonly CronField DayOfMonth = new("day of month", 1, 31, []);

    public static readonly CronField Month = new(
        "month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]);

    /// <summary>Both 0 and 7 are Sunday.</summary>
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

    /// <param name="values">The values as bits.</param>
    public bool TryParse(string text, out ulong values)
    {
        values = 0;
        foreach (var item in text.Split(','))
        {
            if (!TryParseItem(item, ref values)) return false;
        }

        return true;
    }

    private bool TryParseItem(string item, ref ulong values)
    {
        var parts = item.Split('/');
        if (parts.Length > 2 || !TryParseRange(parts[0], out var low, out var high)) return false;

        var step = 1;
        if (parts.Length == 2)
        {
            if (!TryNumber(parts[1], out step) || step < 1 || step > Max) return false;

            // A step from a single value goes on to the end of the field.
            if (!parts[0].Contains('-')) high = Max;
        }

        for (var value = low; value <= high; value += step)
        {
            values |= 1UL << value;
        }

        return true;
    }

    private bool TryParseRange(string range, out int low, out int high)
    {
        (low, high) = (Min, Max);
        if (range == "*") return true;

        var ends = range.Split('-');
        return ends.Length <= 2 && TryValue(ends[0], out low) && TryValue(ends[^1], out high) && low <= high;
    }

    private bool TryValue(string text, out int value)
    {
        var named = Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0)
        {
            value = named + Min;
            return true;
        }

        return TryNumber(text, out value) && value >= Min && value <= Max;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
