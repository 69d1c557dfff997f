using System.Globalization;
using Cluster.Entities;

namespace Cluster.Sealing;

/// <summary>
/// Published on the <see cref="NoticeBoard"/> when something stored is not what was stored: somebody changed or moved it, or a
/// disk did. It may be found again and again, each time it is read.
/// </summary>
/// <param name="Place">Table or type of entity, and field if any: words of ours, no data.</param>
/// <param name="Id">Of the entity, or of the row as its key begins.</param>
public sealed record IntegrityFault(string Place, Guid Id)
{
    private static readonly System.Diagnostics.Metrics.Meter s_meter = new("Cluster.Sealing");
    private static readonly System.Diagnostics.Metrics.Counter<long> s_failures = s_meter.CreateCounter<long>(
        "cluster.integrity.failures", description: "Stored values that were not what was stored");

    public static IntegrityFault Of(EntityRef entity) => Count(new IntegrityFault(entity.Type, entity.Id));

    public static IntegrityFault Of(string table, string column, Guid id) =>
        Count(new IntegrityFault(string.Create(CultureInfo.InvariantCulture, $"{table}.{column}"), id));

    private static IntegrityFault Count(IntegrityFault fault)
    {
        s_failures.Add(1, new KeyValuePair<string, object?>("place", fault.Place));
        return fault;
    }
}
