using System.Collections.Immutable;
using Cluster.Hocon.Syntax;
using Microsoft.Extensions.Configuration;

namespace Cluster.Hocon.Configuration;

/// <summary>
/// HOCON files that are merged as one: a later file can replace an array or refer to an earlier file's values, which
/// configuration sources that know only flat keys cannot do.
/// </summary>
internal sealed class HoconConfigurationSource(
    IHoconFiles files,
    Func<string, string?> environment,
    ImmutableArray<HoconFile> layers) : IConfigurationSource
{
    public ImmutableArray<HoconFile> Layers { get; } = layers;

    public IConfigurationProvider Build(IConfigurationBuilder builder) =>
        new HoconConfigurationProvider(new HoconReader(files, environment), Layers);
}
