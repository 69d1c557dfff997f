using Cluster.Journal;

namespace Cluster.Entities;

/// <summary>What operators may want to know of the entities of this node.</summary>
public sealed class EntityFigures
{
    private readonly EntityHost _host;
    private readonly JournalWriter _writer;

    internal EntityFigures(EntityHost host, JournalWriter writer) => (_host, _writer) = (host, writer);

    /// <summary>The journal takes nothing more at the moment: whatever has to be stored would be refused, after all the work that goes before.</summary>
    public bool IsFull => _writer.IsFull;

    /// <summary>Entities in memory here, by type.</summary>
    public IReadOnlyDictionary<string, int> Live => new SortedDictionary<string, int>(_host.Live.ToDictionary(), StringComparer.Ordinal);
}
