using System.Diagnostics;

namespace EndToEnd.Kit;

/// <summary>Waits for something that announces itself nowhere. The bound only decides how long a failure takes.</summary>
internal static class Until
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(50);

    public static Task TrueAsync(string what, Func<bool> condition, TimeSpan? within = null) =>
        SomeAsync(what, () => Task.FromResult(condition() ? what : null), within);

    public static Task TrueAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null) =>
        SomeAsync(what, async () => await condition() ? what : null, within);

    /// <summary>The first value that is not null.</summary>
    public static async Task<T> SomeAsync<T>(string what, Func<Task<T?>> look, TimeSpan? within = null)
        where T : class
    {
        var bound = within ?? Bound;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await look() is { } found) return found;
            if (Stopwatch.GetElapsedTime(began) > bound) throw new TimeoutException($"Not within {bound}: {what}.");
            await Task.Delay(s_every);
        }
    }
}
