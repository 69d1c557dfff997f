using Actors.Workflows;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Tests.Workflows;

/// <summary>When expressions fire: against a naive reading in UTC, and by hand where clocks change.</summary>
public sealed class CronScheduleTests
{
    private const string Berlin = "Europe/Berlin";

    [Fact]
    public void Any_expression_fires_at_the_minutes_that_a_naive_reading_finds() =>
        Prop.ForAll(Arb.From(Expressions()), Arb.From(Gen.Choose(0, 5 * 365 * 24 * 60)), (expression, minutes) =>
        {
            var from = new DateTimeOffset(2023, 1, 1, 0, 0, 30, TimeSpan.Zero).AddMinutes(minutes);
            var upTo = from.AddDays(3);
            Assert.Equal(
                NaiveCron.Between(expression, from, upTo),
                Ticks(CronSchedule.Parse(expression, null), from, upTo));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void The_newest_ticks_are_the_last_of_all() =>
        Prop.ForAll(Arb.From(Expressions()), Arb.From(Gen.Choose(0, 400)), Arb.From(Gen.Choose(1, 20)), (expression, hours, most) =>
        {
            var from = new DateTimeOffset(2024, 2, 20, 3, 4, 5, TimeSpan.Zero);
            var upTo = from.AddHours(hours);
            Assert.Equal(
                NaiveCron.Between(expression, from, upTo).TakeLast(most),
                CronSchedule.Parse(expression, null).Newest(most, from, upTo));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [InlineData("0 0 29 2 *", "2096-03-01T00:00Z", "2104-02-29T00:00Z")]
    [InlineData("0 0 29 2 */7", "2024-03-01T00:00Z", "2032-02-29T00:00Z")]
    [InlineData("0 12 13 * fri", "2026-01-01T00:00Z", "2026-01-02T12:00Z")]
    [InlineData("0 12 */13 * fri", "2026-01-01T00:00Z", "2026-02-27T12:00Z")]
    [InlineData("30 5 1 1 *", "2026-01-01T05:30Z", "2027-01-01T05:30Z")]
    [InlineData("@hourly", "2026-01-01T05:00:00.001Z", "2026-01-01T06:00Z")]
    public void Far_and_near_days_are_found(string expression, string after, string next) =>
        Assert.Equal(At(next), CronSchedule.Parse(expression, null).Next(At(after)));

    /// <summary>On 29 March 2026 the clock goes from 02:00 to 03:00, at 01:00 UTC.</summary>
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T01:30Z 2026-03-29T01:00Z 2026-03-30T00:30Z")]
    [InlineData("0,20,40 2 * * *", "2026-03-28T01:00Z 2026-03-28T01:20Z 2026-03-28T01:40Z 2026-03-29T01:00Z 2026-03-30T00:00Z")]
    [InlineData("0 2,3 * * *", "2026-03-28T01:00Z 2026-03-28T02:00Z 2026-03-29T01:00Z 2026-03-30T00:00Z 2026-03-30T01:00Z")]
    [InlineData("*/30 2 * * *", "2026-03-28T01:00Z 2026-03-28T01:30Z 2026-03-30T00:00Z")]
    [InlineData("30 */2 29 3 *", "2026-03-28T23:30Z 2026-03-29T02:30Z")]
    public void A_time_that_the_clock_skips_fires_once_at_the_end_of_the_gap_unless_it_is_an_interval(string expression, string first) =>
        AssertFirst(expression, Berlin, "2026-03-27T12:00Z", first);

    /// <summary>On 25 October 2026 the clock goes from 03:00 back to 02:00, at 01:00 UTC.</summary>
    [Theory]
    [InlineData("30 2 * * *", "2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("0 2,3 25 10 *", "2026-10-25T00:00Z 2026-10-25T02:00Z 2027-10-25T00:00Z")]
    [InlineData("30 * 25 10 *", "2026-10-24T22:30Z 2026-10-24T23:30Z 2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-25T02:30Z")]
    [InlineData("*/30 2 25 10 *", "2026-10-25T00:00Z 2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z 2027-10-25T00:00Z")]
    public void A_time_that_the_clock_repeats_fires_once_unless_it_is_an_interval(string expression, string first) =>
        AssertFirst(expression, Berlin, "2026-10-23T12:00Z", first);

    /// <summary>Asked from any instant, the answer is the same tick: a node that takes over goes on where the other was.</summary>
    [Theory]
    [InlineData("30 2 * * *", Berlin, "2026-03-28T12:00Z")]
    [InlineData("*/20 * * * *", Berlin, "2026-03-28T22:00Z")]
    [InlineData("15,45 1-3 * * *", Berlin, "2026-10-24T12:00Z")]
    [InlineData("*/20 * * * *", Berlin, "2026-10-24T22:00Z")]
    [InlineData("*/10 1,2 * * *", "Australia/Lord_Howe", "2026-04-04T12:00Z")]
    [InlineData("10 2 * * *", "Australia/Lord_Howe", "2026-10-03T10:00Z")]
    [InlineData("30 23 * * *", "America/Havana", "2026-10-31T20:00Z")]
    public void The_next_tick_does_not_depend_on_when_it_is_asked_for(string expression, string zone, string from)
    {
        var schedule = CronSchedule.Parse(expression, zone);
        var ticks = Ticks(schedule, At(from), At(from).AddDays(2)).ToList();
        for (var at = At(from); at < ticks[^1]; at = at.AddMinutes(1))
        {
            Assert.Equal(ticks.First(tick => tick > at), schedule.Next(at));
        }
    }

    [Fact]
    public void Without_a_change_of_clocks_a_zone_is_UTC_with_another_name()
    {
        var (from, upTo) = (At("2026-01-10T00:00Z"), At("2026-01-20T00:00Z"));
        Assert.Equal(
            Ticks(CronSchedule.Parse("7 */5 * * 1-5", null), from, upTo),
            Ticks(CronSchedule.Parse("7 */5 * * 1-5", "Africa/Nairobi"), from.AddHours(-3), upTo.AddHours(-3)).Select(tick => tick.AddHours(3)));
    }

    [Theory]
    [InlineData("Nowhere/Else")]
    [InlineData("../../etc/passwd")]
    [InlineData("/usr/share/zoneinfo/UTC")]
    [InlineData("right/Europe/Berlin")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("")]
    public void A_time_zone_has_an_IANA_name(string name)
    {
        Assert.Null(TimeZones.Find(name));
        Assert.Throws<FormatException>(() => CronSchedule.Parse("* * * * *", name));
    }

    private static void AssertFirst(string expression, string zone, string after, string expected)
    {
        var wanted = expected.Split(' ').Select(At).ToList();
        Assert.Equal(wanted, Ticks(CronSchedule.Parse(expression, zone), At(after), wanted[^1]));
    }

    private static IEnumerable<DateTimeOffset> Ticks(CronSchedule schedule, DateTimeOffset after, DateTimeOffset upTo)
    {
        for (var tick = schedule.Next(after); tick <= upTo; tick = schedule.Next(tick.Value)) yield return tick.Value;
    }

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static Gen<string> Expressions() =>
        from minute in Field(0, 59)
        from hour in Field(0, 23)
        from day in Field(1, 31)
        from month in Gen.Frequency((3, Gen.Constant("*")), (1, Field(1, 12)))
        from week in Field(0, 7)
        let expression = $"{minute} {hour} {day} {month} {week}"
        where CronSchedule.FaultOf(expression) is null
        select expression;

    private static Gen<string> Field(int min, int max)
    {
        var value = Gen.Choose(min, max).Select(number => $"{number}");
        var range = from low in Gen.Choose(min, max) from high in Gen.Choose(low, max) select $"{low}-{high}";
        var stepped = from part in Gen.OneOf(Gen.Constant("*"), value, range) from step in Gen.Choose(1, max) select $"{part}/{step}";
        var item = Gen.Frequency((3, Gen.Constant("*")), (2, value), (1, range), (2, stepped));
        return Gen.Frequency(
            (4, item),
            (1, from one in Gen.OneOf(value, range, stepped) from other in Gen.OneOf(value, range) select $"{one},{other}"));
    }
}
