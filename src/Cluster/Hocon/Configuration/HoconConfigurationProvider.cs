using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon.Configuration;

/// <summary>Reads the files once; a node takes up changed settings when it starts.</summary>
internal sealed class HoconConfigurationProvider(HoconReader reader, ImmutableArray<HoconFile> layers)
    : ConfigurationProvider, IValueOrigins
{
    private Dictionary<string, FlatValue> _values = [];

    public override void Load()
    {
        _values = HoconFlattener.Flatten(reader.Read(layers));
        Data = _values.ToDictionary(entry => entry.Key, entry => entry.Value.Text, StringComparer.OrdinalIgnoreCase);
    }

    public string? OriginOf(string key) => _values.GetValueOrDefault(key)?.Position.ToString();
}
