using Cluster.Hocon.Values;

namespace Cluster.Tests.Hocon;

public sealed class UnitTests
{
    [Theory]
    [InlineData("10s", "10s")]
    [InlineData("10 seconds", "10s")]
    [InlineData("1 second", "1s")]
    [InlineData("500 ms", "500ms")]
    [InlineData(" 500millis ", "500ms")]
    [InlineData("250", "250ms")]
    [InlineData("5 minutes", "5m")]
    [InlineData("90s", "90s")]
    [InlineData("120s", "2m")]
    [InlineData("1.5h", "90m")]
    [InlineData("2 hours", "2h")]
    [InlineData("7d", "7d")]
    [InlineData("1 day", "1d")]
    [InlineData("40us", "40us")]
    [InlineData("3 microseconds", "3us")]
    [InlineData("200ns", "200ns")]
    [InlineData("1000 nanoseconds", "1us")]
    [InlineData("0", "0s")]
    public void A_duration_is_a_number_and_a_unit(string text, string expected) =>
        Assert.Equal(expected, Durations.Format(Assert.NotNull(Durations.Parse(text))));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10 S")]
    [InlineData("10 parsecs")]
    [InlineData("-5s")]
    [InlineData("1e3 s")]
    [InlineData("1,000 s")]
    [InlineData("10s 5s")]
    [InlineData("99999999999 days")]
    [InlineData("99999999999999999999999999999999 s")]
    public void What_is_no_duration_is_not_read_as_one(string text) => Assert.Null(Durations.Parse(text));

    [Theory]
    [InlineData("1", 1L)]
    [InlineData("7 B", 7L)]
    [InlineData("7 bytes", 7L)]
    [InlineData("10kB", 10_000L)]
    [InlineData("10MB", 10_000_000L)]
    [InlineData("10 megabytes", 10_000_000L)]
    [InlineData("10MiB", 10L << 20)]
    [InlineData("10M", 10L << 20)]
    [InlineData("10m", 10L << 20)]
    [InlineData("10Mi", 10L << 20)]
    [InlineData("10 mebibytes", 10L << 20)]
    [InlineData("1K", 1024L)]
    [InlineData("1k", 1024L)]
    [InlineData("0.5K", 512L)]
    [InlineData("2G", 2L << 30)]
    [InlineData("1GB", 1_000_000_000L)]
    [InlineData("1T", 1L << 40)]
    [InlineData("1 pebibyte", 1L << 50)]
    [InlineData("1E", 1L << 60)]
    public void A_size_is_a_number_and_a_unit(string text, long expected) => Assert.Equal(expected, Sizes.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("10mb")]
    [InlineData("10KB")]
    [InlineData("-1")]
    [InlineData("8E")]
    [InlineData("1YB")]
    public void What_is_no_size_is_not_read_as_one(string text) => Assert.Null(Sizes.Parse(text));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1000, "1000B")]
    [InlineData(1536, "1536B")]
    [InlineData(10L << 20, "10MiB")]
    [InlineData(1L << 40, "1TiB")]
    public void A_size_is_shown_in_the_largest_whole_unit(long bytes, string expected) =>
        Assert.Equal(expected, Sizes.Format(bytes));

    [Theory]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    [InlineData("off", false)]
    [InlineData("TRUE", null)]
    [InlineData("1", null)]
    [InlineData("", null)]
    public void A_boolean_has_three_pairs_of_names(string text, bool? expected) =>
        Assert.Equal(expected, Scalars.Boolean(text));
}
