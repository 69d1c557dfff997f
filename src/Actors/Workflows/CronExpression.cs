using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Actors.Workflows;

/// <summary>
/// A cron expression as sets of minutes, hours, days and months, with the rules of Vixie's cron. It knows the time of a
/// calendar and a clock on the wall; <see cref="CronSchedule"/> makes instants of it.
/// </summary>
internal sealed class CronExpression
{
    private const int MaxLength = 255;

    /// <summary>Longer than any two days that an expression can name lie apart: 29 February on a given day of the week.</summary>
    private const int MaxYears = 41;

    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _daysOfMonth;
    private readonly ulong _months;
    private readonly ulong _daysOfWeek;
    private readonly bool _bothDays;

    private CronExpression(string[] fields, ulong[] values)
    {
        (_minutes, _hours, _daysOfMonth, _months) = (values[0], values[1], values[2], values[3]);
        _daysOfWeek = values[4] | (values[4] >> 7);
        _bothDays = fields[2][0] == '*' || fields[4][0] == '*';
        IsInterval = fields[0][0] == '*' || fields[1][0] == '*';
    }

    /// <summary>Minute or hour begin with <c>*</c>: it goes by the time that passes, not by a time on the clock.</summary>
    public bool IsInterval { get; }

    /// <param name="fault">The broken rule; null when there is none.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out CronExpression? expression, [NotNullWhen(false)] out string? fault)
    {
        (expression, fault) = (null, null);
        CronField[] kinds = [CronField.Minute, CronField.Hour, CronField.DayOfMonth, CronField.Month, CronField.DayOfWeek];
        var fields = text.Length > MaxLength ? [] : Expand(text).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != kinds.Length)
        {
            fault = "must have exactly five fields: minute, hour, day of month, month, day of week; or be @hourly, @daily, "
                + "@weekly, @monthly or @yearly";
            return false;
        }

        var values = new ulong[kinds.Length];
        for (var i = 0; i < kinds.Length; i++)
        {
            if (kinds[i].TryParse(fields[i], out values[i])) continue;
            fault = $"must have a {kinds[i].Name} of {kinds[i].Min}-{kinds[i].Max}, '*', ranges, lists or steps; '{fields[i]}' is not";
            return false;
        }

        expression = new CronExpression(fields, values);
        return true;
    }

    /// <summary>The first time at or after <paramref name="from"/>; null if the day that it names never comes.</summary>
    public DateTime? FirstAt(DateTime from)
    {
        var minute = from.AddTicks(TimeSpan.TicksPerMinute - 1);
        minute = minute.AddTicks(-(minute.Ticks % TimeSpan.TicksPerMinute));
        var last = Math.Min(minute.Year + MaxYears, DateTime.MaxValue.Year);
        for (var (day, time) = (minute.Date, minute.TimeOfDay); day.Year < last; (day, time) = (NextDay(day), TimeSpan.Zero))
        {
            if (IsDay(day) && FirstAt(time) is { } found) return day + found;
        }

        return null;
    }

    private static string Expand(string text) => text.Trim() switch
    {
        "@hourly" => "0 * * * *",
        "@daily" or "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" or "@annually" => "0 0 1 1 *",
        _ => text,
    };

    /// <summary>The day after, or the first of the next month if this one is not meant.</summary>
    private DateTime NextDay(DateTime day) =>
        Has(_months, day.Month) ? day.AddDays(1) : new DateTime(day.Year, day.Month, 1, 0, 0, 0, day.Kind).AddMonths(1);

    /// <summary>Where both fields of days are restricted one of them is enough.</summary>
    private bool IsDay(DateTime day)
    {
        if (!Has(_months, day.Month)) return false;
        var (ofMonth, ofWeek) = (Has(_daysOfMonth, day.Day), Has(_daysOfWeek, (int)day.DayOfWeek));
        return _bothDays ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private TimeSpan? FirstAt(TimeSpan time)
    {
        for (var (hour, minute) = (time.Hours, time.Minutes); hour < 24; (hour, minute) = (hour + 1, 0))
        {
            var minutes = Has(_hours, hour) ? _minutes >> minute << minute : 0;
            if (minutes != 0) return new TimeSpan(hour, BitOperations.TrailingZeroCount(minutes), 0);
        }

        return null;
    }

    private static bool Has(ulong values, int value) => (values & (1UL << value)) != 0;
}
