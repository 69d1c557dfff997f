namespace Actors.Tests.Support;

/// <summary>Ids and times that read the same in every test.</summary>
internal static class Sample
{
    public static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>Seconds after the beginning of the tests' calendar.</summary>
    public static DateTimeOffset At(double seconds) =>
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds);
}
