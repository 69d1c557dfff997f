namespace Cluster.Hocon;

/// <summary>The bounds of a setting, both included; null is no bound.</summary>
internal sealed record SettingRange<T>(T? Min, T? Max, Func<T, string> Format)
    where T : struct
{
    /// <summary>The rule that <paramref name="value"/> breaks; null when it breaks none.</summary>
    public string? BrokenBy(T value)
    {
        var low = Min is { } min && Comparer<T>.Default.Compare(value, min) < 0;
        var high = Max is { } max && Comparer<T>.Default.Compare(value, max) > 0;
        return low || high ? Rule() : null;
    }

    private string Rule() => (Min, Max) switch
    {
        ({ } min, { } max) => $"must be between {Format(min)} and {Format(max)}",
        ({ } min, null) => $"must be at least {Format(min)}",
        (_, { } max) => $"must be at most {Format(max)}",
        _ => "must be anything",
    };
}
