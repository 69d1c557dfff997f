namespace Cluster.Entities;

/// <summary>What operators may want to know of the entities of this node.</summary>
public sealed class EntityFigures
{
    private readonly EntityHost _host;

    internal EntityFigures(EntityHost host) => _host = host;

    /// <summary>Entities in memory here, by type.</summary>
    public IReadOnlyDictionary<string, int> Live => new SortedDictionary<string, int>(_host.Live.ToDictionary(), StringComparer.Ordinal);
}
