using Cluster.Hocon.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Cluster.Hocon;

/// <summary>Which source a value comes from. Only a configuration root can tell.</summary>
internal sealed class ConfiguredValues(IConfiguration configuration)
{
    private readonly IConfigurationProvider[] _providers =
        configuration is IConfigurationRoot root ? [.. root.Providers] : [];

    public static string PathOf(string dottedKey) =>
        dottedKey.Replace(".", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);

    /// <summary>True when some source names the key, be it with <c>null</c>.</summary>
    public bool IsNamed(string key) => ProviderOf(key) is not null;

    public string? OriginOf(string key) => (ProviderOf(key) as IValueOrigins)?.OriginOf(PathOf(key));

    /// <summary>
    /// Hosts read all environment variables by default, with underscores left as they are. Those of the cluster are
    /// read a second time in the spelling of the files, so the first reading is not a fault.
    /// </summary>
    public bool IsHostEnvironment(string key) => ProviderOf(key) is EnvironmentVariablesConfigurationProvider;

    private IConfigurationProvider? ProviderOf(string key) =>
        Array.FindLast(_providers, provider => provider.TryGet(PathOf(key), out _));
}
