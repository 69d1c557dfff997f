using Cluster.Entities;

namespace Cluster.Journal.Postgres;

/// <summary>An event with its place in the journal.</summary>
internal readonly record struct StoredEvent(EntityRef Entity, long SequenceNr, Payload Payload)
{
    public static IEnumerable<StoredEvent> Of(AppendUnit unit) =>
        unit.Events.Select((payload, i) => new StoredEvent(unit.Entity, unit.FirstSequenceNr + i, payload));
}
