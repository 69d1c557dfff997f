using System.Globalization;
using System.Text.Json;
using Cluster.Hocon.Values;

namespace Cluster.Hocon;

/// <summary>How values of one type are written.</summary>
/// <param name="Parse">Null when the text breaks the rule.</param>
internal sealed record SettingKind<T>(string Name, string Rule, Func<string, T?> Parse, Func<T, string> Format)
    where T : struct;

internal static class SettingKinds
{
    public static readonly SettingKind<TimeSpan> Duration = new(
        "duration", "must be a duration such as 500ms, 10s or 5 minutes", Durations.Parse, Durations.Format);

    public static readonly SettingKind<long> Size = new(
        "size", "must be a size such as 512KiB, 10MiB or 1 GB", Sizes.Parse, Sizes.Format);

    public static readonly SettingKind<int> Int = new(
        "integer",
        "must be a whole number",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : null,
        value => value.ToString(CultureInfo.InvariantCulture));

    public static readonly SettingKind<bool> Bool = new(
        "boolean", "must be true or false (or yes, no, on, off)", Scalars.Boolean, value => value ? "true" : "false");

    public static SettingKind<T> Enum<T>()
        where T : struct, Enum
    {
        var names = System.Enum.GetValues<T>().Distinct().ToDictionary(EnumName, StringComparer.Ordinal);
        return new SettingKind<T>(
            "one of " + string.Join(", ", names.Keys),
            "must be one of " + string.Join(", ", names.Keys),
            text => names.TryGetValue(text, out var value) ? value : null,
            EnumName);
    }

    private static string EnumName<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
