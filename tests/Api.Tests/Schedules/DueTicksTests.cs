using Actors.Workflows;
using Api.Schedules;

namespace Api.Tests.Schedules;

/// <summary>Which ticks are fired after a pause, by what the trigger says of old ones.</summary>
public sealed class DueTicksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CronSchedule Hourly = CronSchedule.Parse("@hourly", null);
    private static readonly CronSchedule EveryMinute = CronSchedule.Parse("* * * * *", null);

    [Theory]
    [InlineData(CatchUp.None)]
    [InlineData(CatchUp.Latest)]
    [InlineData(CatchUp.All)]
    public void Ticks_of_the_last_ten_minutes_are_always_fired(CatchUp catchUp)
    {
        Assert.Equal([Noon], DueTicks.Of(Hourly, catchUp, Noon.AddHours(-1), Noon.AddMinutes(10)));
        Assert.Equal(10, DueTicks.Of(EveryMinute, catchUp, Noon.AddMinutes(-10), Noon).Count);
        Assert.Equal(catchUp == CatchUp.All ? 20 : 11, DueTicks.Of(EveryMinute, catchUp, Noon.AddMinutes(-20), Noon).Count);
    }

    [Theory]
    [InlineData(CatchUp.None, 0)]
    [InlineData(CatchUp.Latest, 1)]
    [InlineData(CatchUp.All, 5)]
    public void Older_ones_are_fired_as_the_trigger_says(CatchUp catchUp, int fired)
    {
        var due = DueTicks.Of(Hourly, catchUp, Noon.AddHours(-5), Noon.AddMinutes(11));
        Assert.Equal(Enumerable.Range(1 - fired, fired).Select(hours => Noon.AddHours(hours)), due);
    }

    [Fact]
    public void With_a_recent_tick_the_latest_is_that_one() =>
        Assert.Equal([Noon], DueTicks.Of(Hourly, CatchUp.Latest, Noon.AddHours(-5), Noon.AddMinutes(1)));

    [Fact]
    public void At_most_a_hundred_are_made_up_for_the_newest_and_oldest_first()
    {
        var due = DueTicks.Of(EveryMinute, CatchUp.All, Noon.AddYears(-3), Noon);
        Assert.Equal(Enumerable.Range(-99, 100).Select(minute => Noon.AddMinutes(minute)), due);
    }

    [Theory]
    [InlineData(CatchUp.None)]
    [InlineData(CatchUp.Latest)]
    [InlineData(CatchUp.All)]
    public void A_clock_that_was_put_back_fires_nothing_again(CatchUp catchUp)
    {
        Assert.Empty(DueTicks.Of(EveryMinute, catchUp, Noon, Noon.AddHours(-2)));
        Assert.Empty(DueTicks.Of(EveryMinute, catchUp, Noon, Noon));
        Assert.Equal([Noon.AddMinutes(1)], DueTicks.Of(EveryMinute, catchUp, Noon, Noon.AddMinutes(1)));
    }
}
