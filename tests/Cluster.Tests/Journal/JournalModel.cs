using Cluster.Entities;
using Cluster.Journal;
using static Cluster.Tests.Journal.JournalModelContract;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>The journal in memory, as simple as it can be said: the referee of the property.</summary>
internal sealed class JournalModel
{
    private readonly Dictionary<EntityRef, List<string>> _events = [];
    private readonly Dictionary<EntityRef, long> _snapshots = [];
    private int _texts;

    public SortedDictionary<int, int> Rows { get; } = [];

    public List<string> EventsOf(EntityRef entity) =>
        _events.TryGetValue(entity, out var events) ? events : _events[entity] = [];

    public long SnapshotOf(EntityRef entity) => _snapshots.GetValueOrDefault(entity);

    /// <summary>Turns steps into a batch, applies it, and says what every unit's result must be.</summary>
    public (AppendUnit[] Batch, AppendResult[] Expected) Apply(Step[] steps, EntityRef[] entities, string prefix)
    {
        var conflicted = new HashSet<EntityRef>();
        var batch = new AppendUnit[steps.Length];
        var expected = new AppendResult[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var (step, entity) = (steps[i], entities[steps[i].Entity]);
            var next = EventsOf(entity).Count + 1;
            var unit = batch[i] = ToUnit(step, entity, Math.Max(1, next + step.Offset), prefix);
            if (conflicted.Contains(entity) || (step.Events > 0 && unit.FirstSequenceNr != next))
            {
                conflicted.Add(entity);
                expected[i] = AppendResult.Conflict;
            }
            else
            {
                Commit(step, unit);
            }
        }

        return (batch, expected);
    }

    private AppendUnit ToUnit(Step step, EntityRef entity, long first, string prefix)
    {
        var texts = Enumerable.Range(0, step.Events).Select(_ => $"event {++_texts}").ToArray();
        var unit = Unit(entity, first, texts).WithRows([.. step.Rows.Select(row => ToChange(row, prefix))]);
        return step.Snapshot ? unit.WithSnapshot(first + step.Events - 1, "state") : unit;
    }

    private static RowChange ToChange(RowStep row, string prefix) => row.Value is { } value
        ? PairRow(prefix, row.Key, value)
        : new RowChange(Pair, [prefix, row.Key], true);

    private void Commit(Step step, AppendUnit unit)
    {
        EventsOf(unit.Entity).AddRange(unit.Events.Select(payload => Text(payload)));
        if (unit.Snapshot is { } snapshot)
            _snapshots[unit.Entity] = snapshot.SequenceNr;
        foreach (var row in step.Rows)
        {
            if (row.Value is { } value)
                Rows[row.Key] = value;
            else
                Rows.Remove(row.Key);
        }
    }
}
