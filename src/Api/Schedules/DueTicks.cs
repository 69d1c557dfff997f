using Actors.Workflows;

namespace Api.Schedules;

/// <summary>Which ticks of a schedule are to be fired now. Pure.</summary>
internal static class DueTicks
{
    /// <summary>The most ticks that are made up for at once; the oldest beyond are left out.</summary>
    public const int MostCaughtUp = 100;

    /// <summary>A tick that is no older is fired whatever the trigger says of old ones: fail-over, a restart and a slow clock
    /// take less.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_instant = TimeSpan.FromTicks(1);

    /// <param name="last">The last tick that was fired or left out, or since when the schedule holds.</param>
    /// <returns>Oldest first. Nothing at or before <paramref name="last"/>, wherever the clock was set.</returns>
    public static IReadOnlyList<DateTimeOffset> Of(CronSchedule schedule, CatchUp catchUp, DateTimeOffset last, DateTimeOffset now)
    {
        if (now <= last) return [];

        var old = now - Grace - s_instant;
        if (last >= old) return schedule.Newest(MostCaughtUp, last, now);

        var recent = schedule.Newest(MostCaughtUp, old, now);
        return catchUp switch
        {
            CatchUp.All => [.. schedule.Newest(MostCaughtUp - recent.Count, last, old), .. recent],
            CatchUp.Latest when recent.Count == 0 => schedule.Newest(1, last, old),
            _ => recent,
        };
    }
}
