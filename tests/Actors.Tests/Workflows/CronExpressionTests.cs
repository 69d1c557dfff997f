using Actors.Workflows;

namespace Actors.Tests.Workflows;

public sealed class CronExpressionTests
{
    [Theory]
    [InlineData("* * * * *")]
    [InlineData("*/5 0-23 1,15 jan-DEC mon-fri")]
    [InlineData("0 0 31 12 7")]
    [InlineData("59 23 1-31/2 */3 0")]
    [InlineData("0,30   6\t* * sun")]
    [InlineData("@hourly")]
    [InlineData("@daily")]
    [InlineData(" @midnight ")]
    [InlineData("@weekly")]
    [InlineData("@monthly")]
    [InlineData("@yearly")]
    [InlineData("@annually")]
    [InlineData("5/20 * 29 2 *")]
    public void Five_fields_in_their_ranges_and_short_names_are_well_formed(string expression) =>
        Assert.Null(CronSchedule.FaultOf(expression));

    [Theory]
    [InlineData("", "five fields")]
    [InlineData("* * * *", "five fields")]
    [InlineData("0 * * * * *", "five fields")]
    [InlineData("@reboot", "five fields")]
    [InlineData("@daily *", "five fields")]
    [InlineData("0 0 31 2,4 *", "a day that exists")]
    [InlineData("60 * * * *", "minute")]
    [InlineData("-1 * * * *", "minute")]
    [InlineData("* 24 * * *", "hour")]
    [InlineData("* * 0 * *", "day of month")]
    [InlineData("* * 32 * *", "day of month")]
    [InlineData("* * * 13 *", "month")]
    [InlineData("* * * mon *", "month")]
    [InlineData("* * * * 8", "day of week")]
    [InlineData("*/0 * * * *", "minute")]
    [InlineData("*/60 * * * *", "minute")]
    [InlineData("5-1 * * * *", "minute")]
    [InlineData("1-2-3 * * * *", "minute")]
    [InlineData("1/2/3 * * * *", "minute")]
    [InlineData("1,,2 * * * *", "minute")]
    [InlineData("+1 * * * *", "minute")]
    [InlineData("x * * * *", "minute")]
    public void Anything_else_is_refused_with_the_field_that_is_wrong(string expression, string named) =>
        Assert.Contains(named, CronSchedule.FaultOf(expression));

    [Fact]
    public void An_expression_has_an_end() =>
        Assert.NotNull(CronSchedule.FaultOf(string.Join(',', Enumerable.Repeat("1", 200)) + " * * * *"));
}
