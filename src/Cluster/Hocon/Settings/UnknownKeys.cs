using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon;

/// <summary>Finds configured keys that no code reads: nearly always misspelt ones.</summary>
internal sealed class UnknownKeys(IReadOnlyDictionary<string, Setting> settings, ConfiguredValues values)
{
    private const int DeepestSection = 100;

    public IEnumerable<SettingsFault> In(IConfigurationSection section, string key, int depth = 0)
    {
        var children = section.GetChildren().ToList();
        if (settings.TryGetValue(key, out var setting))
        {
            // A list owns its items, and an object in place of a value has been reported as such.
            if (setting.Kind == SettingsLog.ListKind || section.Value is null) yield break;
        }
        else if (FaultOf(section, key, children.Count > 0) is { } own)
        {
            yield return own;
        }

        if (depth == DeepestSection) yield break;
        foreach (var child in children)
        {
            foreach (var fault in In(child, $"{key}.{child.Key}", depth + 1)) yield return fault;
        }
    }

    private SettingsFault? FaultOf(IConfigurationSection section, string key, bool hasChildren)
    {
        var isSection = settings.Keys.Any(known => known.StartsWith(key + ".", StringComparison.OrdinalIgnoreCase));
        if (section.Value is null && (hasChildren || isSection)) return null;
        if (values.IsHostEnvironment(key)) return null;
        var rule = isSection ? "is a section, not a single value" : "unknown key" + Suggestion(key);
        return new SettingsFault(Printable(key), null, rule, values.OriginOf(key));
    }

    private string Suggestion(string key) =>
        NearestName.Of(key, settings.Keys) is { } nearest ? $"; did you mean {nearest}?" : "";

    private static string Printable(string key) => string.Concat(key.Select(c => char.IsControl(c) ? '?' : c));
}
