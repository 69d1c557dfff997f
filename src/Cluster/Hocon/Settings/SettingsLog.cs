using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon;

/// <summary>What the readers of one section asked for and found wrong.</summary>
internal sealed class SettingsLog(IConfiguration configuration, string section)
{
    public const string ListKind = "list";

    private readonly OrderedDictionary<string, Setting> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly OrderedDictionary<string, SettingsFault> _faults = new(StringComparer.OrdinalIgnoreCase);

    public ConfiguredValues Values { get; } = new(configuration);

    public IReadOnlyList<Setting> Settings => _settings.Values;

    public void Declare(Setting setting)
    {
        if (!_settings.TryAdd(setting.Key, setting))
            throw new InvalidOperationException($"{setting.Key} is read twice; read it once and pass it on.");
    }

    /// <summary>The first fault of a key counts; what follows from it would only repeat it.</summary>
    public void Fault(string key, string? value, string rule) =>
        _faults.TryAdd(key, new SettingsFault(key, value, rule, Values.OriginOf(key)));

    public void Missing(string key) => Fault(key, null, "must be set, it has no default");

    public ImmutableArray<SettingsFault> AllFaults() => [.. _faults.Values, .. UnknownKeys()];

    /// <summary>Every configured key of the section that nobody asked for.</summary>
    public IEnumerable<SettingsFault> UnknownKeys() =>
        new UnknownKeys(_settings, Values).In(configuration.GetSection(ConfiguredValues.PathOf(section)), section);
}
