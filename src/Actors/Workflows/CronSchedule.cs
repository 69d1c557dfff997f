namespace Actors.Workflows;

/// <summary>
/// When a cron expression fires in a time zone. Pure. Where clocks change it does as Vixie's cron: an expression whose
/// minute or hour begins with <c>*</c> goes by the time that passes, so that it leaves out what the clock skips and fires
/// again in what the clock repeats; any other fires once, at the end of the gap if its time is skipped, and in the first
/// of two equal hours.
/// </summary>
public sealed class CronSchedule
{
    /// <summary>A zone changes its offset at most once in so many days.</summary>
    private static readonly TimeSpan s_stride = TimeSpan.FromDays(10);

    /// <summary>Clocks go back by less.</summary>
    private static readonly TimeSpan s_longestRepeat = TimeSpan.FromHours(3);

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(CronExpression expression, TimeZoneInfo zone) => (_expression, _zone) = (expression, zone);

    /// <returns>The broken rule; null when there is none.</returns>
    public static string? FaultOf(string expression)
    {
        if (!CronExpression.TryParse(expression, out var parsed, out var fault)) return fault;
        return parsed.FirstAt(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)) is null ? "must name a day that exists" : null;
    }

    /// <param name="timeZone">IANA name; null for UTC.</param>
    /// <exception cref="FormatException">The expression is malformed, or the system does not know the time zone.</exception>
    public static CronSchedule Parse(string expression, string? timeZone)
    {
        if (!CronExpression.TryParse(expression, out var parsed, out var fault)) throw new FormatException($"A cron expression {fault}.");
        return TimeZones.Find(timeZone) is { } zone
            ? new CronSchedule(parsed, zone)
            : throw new FormatException($"The time zone '{timeZone}' is not known here.");
    }

    /// <summary>The first tick after an instant; null if there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var at = after.UtcDateTime;
        var offset = _zone.GetUtcOffset(at);
        var from = at + offset + TimeSpan.FromTicks(1);
        while (_expression.FirstAt(from) is { } wall)
        {
            var tick = wall - offset;
            var horizon = tick - at > s_stride ? at + s_stride : tick;
            if (ChangeWithin(at, offset, horizon) is { } change)
            {
                var next = _zone.GetUtcOffset(change);
                if (!_expression.IsInterval && wall < change + next) return Instant(change);
                (at, offset, from) = (change, next, change + next);
            }
            else if (horizon < tick)
            {
                (at, from) = (horizon, horizon + offset);
            }
            else if (!_expression.IsInterval && IsRepeat(tick, offset))
            {
                (at, from) = (tick, wall + TimeSpan.FromTicks(1));
            }
            else
            {
                return Instant(tick);
            }
        }

        return null;
    }

    /// <summary>The newest ticks after one instant up to another, oldest first.</summary>
    public IReadOnlyList<DateTimeOffset> Newest(int most, DateTimeOffset after, DateTimeOffset upTo)
    {
        // Looks back in ever longer steps: what is wanted lies at the end of what may be years.
        for (var window = TimeSpan.FromHours(1); ; window *= 4)
        {
            var isAll = window >= upTo - after;
            var ticks = Between(isAll ? after : upTo - window, upTo);
            if (isAll || ticks.Count >= most) return ticks.Count > most ? ticks.GetRange(ticks.Count - most, most) : ticks;
        }
    }

    private List<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset upTo)
    {
        var ticks = new List<DateTimeOffset>();
        for (var tick = Next(after); tick <= upTo; tick = Next(tick.Value)) ticks.Add(tick.Value);
        return ticks;
    }

    /// <summary>The first instant at which the offset is another one, up to <paramref name="to"/>.</summary>
    private DateTime? ChangeWithin(DateTime from, TimeSpan offset, DateTime to)
    {
        if (_zone.GetUtcOffset(to) == offset) return null;
        var (before, after) = (from.Ticks / TimeSpan.TicksPerSecond, to.Ticks / TimeSpan.TicksPerSecond);
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (_zone.GetUtcOffset(Utc(middle)) == offset) before = middle;
            else after = middle;
        }

        return Utc(after);
    }

    /// <summary>Whether the clock showed the same time already, before it was put back.</summary>
    private bool IsRepeat(DateTime tick, TimeSpan offset)
    {
        var earlier = _zone.GetUtcOffset(tick - s_longestRepeat);
        return earlier > offset && _zone.GetUtcOffset(tick + offset - earlier) == earlier;
    }

    private static DateTime Utc(long seconds) => new(seconds * TimeSpan.TicksPerSecond, DateTimeKind.Utc);

    private static DateTimeOffset Instant(DateTime utc) => new(utc.Ticks, TimeSpan.Zero);
}
