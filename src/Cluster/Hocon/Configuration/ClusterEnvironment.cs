using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon.Configuration;

internal sealed class ClusterEnvironmentSource(Func<IDictionary> variables) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new ClusterEnvironmentProvider(variables);
}

/// <summary>Settings from the environment, in the spelling of the files.</summary>
internal sealed class ClusterEnvironmentProvider(Func<IDictionary> variables) : ConfigurationProvider, IValueOrigins
{
    private const string Prefix = "CLUSTER__";

    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    public override void Load()
    {
        foreach (DictionaryEntry variable in variables())
        {
            var name = (string)variable.Key;
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            var key = KeyOf(name);
            Data[key] = (string?)variable.Value;
            _names[key] = name;
        }
    }

    public string? OriginOf(string key) =>
        _names.TryGetValue(key, out var name) ? $"environment variable {name}" : null;

    private static string KeyOf(string name) => name
        .ToLowerInvariant()
        .Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)
        .Replace('_', '-');
}
