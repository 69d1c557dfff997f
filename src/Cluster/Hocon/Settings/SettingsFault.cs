namespace Cluster.Hocon;

/// <summary>One thing wrong with the configuration.</summary>
/// <param name="Value">As configured; null when nothing is, and always null for a secret.</param>
/// <param name="Rule">The broken rule as a sentence an operator can act on.</param>
/// <param name="Origin">File, line and column, or the name of an environment variable; null when unknown.</param>
public sealed record SettingsFault(string Key, string? Value, string Rule, string? Origin)
{
    private const int ShownLength = 60;

    public override string ToString() =>
        $"{(Origin is null ? "" : $"{Origin}: ")}{Key}{(Value is null ? "" : $" = \"{Shown(Value)}\"")}: {Rule}";

    // Line ends in a value could forge lines of a log.
    private static string Shown(string value)
    {
        var start = value.Length <= ShownLength ? value : value[..ShownLength] + "...";
        return string.Concat(start.Select(c => char.IsControl(c) ? '?' : c));
    }
}
