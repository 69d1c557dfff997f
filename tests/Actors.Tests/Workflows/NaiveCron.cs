using System.Globalization;

namespace Actors.Tests.Workflows;

/// <summary>Cron written down as its manual says it, one minute after the other: what the real one is measured by.</summary>
internal static class NaiveCron
{
    public static bool Matches(string expression, DateTime wall)
    {
        var fields = expression.Split(' ');
        var month = In(fields[3], wall.Month, 12);
        var dayOfMonth = In(fields[2], wall.Day, 31);
        var dayOfWeek = In(fields[4], (int)wall.DayOfWeek, 7) || (wall.DayOfWeek == DayOfWeek.Sunday && In(fields[4], 7, 7));
        var isAnyDay = fields[2].StartsWith('*') || fields[4].StartsWith('*');
        return In(fields[0], wall.Minute, 59) && In(fields[1], wall.Hour, 23) && month
            && (isAnyDay ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek);
    }

    /// <summary>Ticks in UTC, where clocks never change.</summary>
    public static IEnumerable<DateTimeOffset> Between(string expression, DateTimeOffset after, DateTimeOffset upTo)
    {
        var minute = after.AddTicks(-(after.Ticks % TimeSpan.TicksPerMinute)).AddMinutes(1);
        for (; minute <= upTo; minute = minute.AddMinutes(1))
        {
            if (Matches(expression, minute.DateTime)) yield return minute;
        }
    }

    private static bool In(string field, int value, int max) => field.Split(',').Any(item => InItem(item, value, max));

    private static bool InItem(string item, int value, int max)
    {
        var parts = item.Split('/');
        var ends = parts[0].Split('-');
        var low = parts[0] == "*" ? (max is 31 or 12 ? 1 : 0) : Number(ends[0]);
        var high = parts[0] == "*" || (parts.Length == 2 && ends.Length == 1) ? max : Number(ends[^1]);
        var step = parts.Length == 2 ? Number(parts[1]) : 1;
        return value >= low && value <= high && (value - low) % step == 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
