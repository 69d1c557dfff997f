using System.Globalization;
using Cluster.Hocon.Values;
using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon.Configuration;

/// <summary>One configuration value and where it was written.</summary>
internal sealed record FlatValue(string? Text, HoconPosition Position);

/// <summary>Makes <c>a:b:0</c> out of nested objects and arrays.</summary>
internal static class HoconFlattener
{
    public static Dictionary<string, FlatValue> Flatten(HoconObject root)
    {
        var flat = new Dictionary<string, FlatValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in root.Members) Add(flat, "", key, value);
        return flat;
    }

    private static void Add(Dictionary<string, FlatValue> flat, string parent, string key, HoconValue value)
    {
        if (key.Length == 0 || key.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal))
            throw new HoconException(value.Position, "a key must not be empty or contain ':'");
        var path = parent.Length == 0 ? key : ConfigurationPath.Combine(parent, key);
        if (!flat.TryAdd(path, new FlatValue(TextOf(value), value.Position)))
            throw new HoconException(value.Position, "two keys here differ in case only");
        foreach (var (name, child) in ChildrenOf(value)) Add(flat, path, name, child);
    }

    /// <summary>As the framework's JSON files have it: null is null, an empty array is an empty text.</summary>
    private static string? TextOf(HoconValue value) => value switch
    {
        HoconScalar { Kind: not ScalarKind.Null } scalar => scalar.Text,
        HoconArray { Items: [] } => "",
        _ => null,
    };

    private static IEnumerable<KeyValuePair<string, HoconValue>> ChildrenOf(HoconValue value) => value switch
    {
        HoconObject node => node.Members,
        HoconArray array => array.Items.Select(
            (item, index) => KeyValuePair.Create(index.ToString(CultureInfo.InvariantCulture), item)),
        _ => [],
    };
}
