namespace Cluster.Hocon.Values;

/// <summary>
/// <c>10s</c>, <c>500 ms</c>, <c>5 minutes</c>; a number without unit is milliseconds, as HOCON has it.
/// </summary>
internal static class Durations
{
    private static readonly Dictionary<string, decimal> Ticks = Units();

    private static readonly (string Unit, decimal Factor)[] LargestFirst =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond),
        ("ns", 0.01m),
    ];

    public static TimeSpan? Parse(string text) =>
        Quantity.Parse(text, Ticks) is { } ticks && ticks <= long.MaxValue ? new TimeSpan((long)ticks) : null;

    public static string Format(TimeSpan value) =>
        value == TimeSpan.Zero ? "0s" : Quantity.Format(value.Ticks, LargestFirst);

    private static Dictionary<string, decimal> Units()
    {
        var units = new Dictionary<string, decimal>(StringComparer.Ordinal);
        units.AddUnit(0.01m, "ns", "nano", "nanos", "nanosecond", "nanoseconds");
        units.AddUnit(TimeSpan.TicksPerMicrosecond, "us", "micro", "micros", "microsecond", "microseconds");
        units.AddUnit(TimeSpan.TicksPerMillisecond, "", "ms", "milli", "millis", "millisecond", "milliseconds");
        units.AddUnit(TimeSpan.TicksPerSecond, "s", "second", "seconds");
        units.AddUnit(TimeSpan.TicksPerMinute, "m", "minute", "minutes");
        units.AddUnit(TimeSpan.TicksPerHour, "h", "hour", "hours");
        units.AddUnit(TimeSpan.TicksPerDay, "d", "day", "days");
        return units;
    }
}
