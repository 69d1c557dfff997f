using Cluster.Entities;

namespace Cluster.Journal.Postgres;

/// <summary>What becomes of each unit of a batch, given the last stored number of each of its entities. Pure.</summary>
internal sealed class AppendPlan
{
    private readonly Dictionary<EntityRef, long> _ends;
    private readonly HashSet<EntityRef> _conflicted = [];
    private readonly List<(EntityRef Entity, long SequenceNr)> _predecessors = [];

    private AppendPlan(IReadOnlyList<AppendUnit> batch, Dictionary<EntityRef, long>? last)
    {
        _ends = new Dictionary<EntityRef, long>(batch.Count);
        Results = new AppendResult[batch.Count];
        for (var i = 0; i < Results.Length; i++)
            Results[i] = Decide(batch[i], last);
        Committed = _conflicted.Count == 0 ? batch : [.. batch.Where((_, i) => Results[i] == AppendResult.Committed)];
    }

    public AppendResult[] Results { get; }

    /// <summary>The first unit that no store would take, if any.</summary>
    public ArgumentException? Fault { get; private set; }

    /// <summary>Stored events that the plan stands on: those right before the first event of each entity it extends.</summary>
    public IReadOnlyList<(EntityRef Entity, long SequenceNr)> Predecessors => _predecessors;

    /// <summary>The last number of each entity it extends, once it is committed.</summary>
    public IReadOnlyDictionary<EntityRef, long> Ends => _ends;

    public IReadOnlyList<AppendUnit> Committed { get; }

    /// <summary>
    /// The plan if every unit is right about what is stored, which the transaction itself can check. Null if that cannot
    /// be assumed, because the batch contradicts itself or says too little.
    /// </summary>
    public static AppendPlan? Assume(IReadOnlyList<AppendUnit> batch)
    {
        var plan = new AppendPlan(batch, null);
        return plan.Fault is null && plan._conflicted.Count == 0 ? plan : null;
    }

    /// <param name="last">The last stored number of each entity of the batch; absent or 0 if it has no events.</param>
    public static AppendPlan Decide(IReadOnlyList<AppendUnit> batch, Dictionary<EntityRef, long> last) => new(batch, last);

    private AppendResult Decide(AppendUnit unit, Dictionary<EntityRef, long>? last)
    {
        var events = unit.Events.Count;
        if (events > 0 && unit.FirstSequenceNr < 1)
            return Fail($"The events of {unit.Entity} start at number {unit.FirstSequenceNr}, not at 1 or later.");

        // What an entity decided after a unit in conflict was decided on a state that does not exist.
        if (_conflicted.Count > 0 && _conflicted.Contains(unit.Entity))
            return AppendResult.Conflict;
        var isExtended = _ends.TryGetValue(unit.Entity, out var stored);
        if (!isExtended)
            stored = last is null ? Believe(unit) : last.GetValueOrDefault(unit.Entity);
        if (events > 0)
        {
            if (unit.FirstSequenceNr != stored + 1)
                return Conflict(unit.Entity);
            if (!isExtended && stored > 0)
                _predecessors.Add((unit.Entity, stored));
            _ends[unit.Entity] = stored += events;
        }

        return unit.Snapshot is { } snapshot && (snapshot.SequenceNr < 1 || snapshot.SequenceNr > stored)
            ? Fail($"The snapshot of {unit.Entity} is of event {snapshot.SequenceNr}, which is not stored.")
            : AppendResult.Committed;
    }

    private static long Believe(AppendUnit unit) => unit.Events.Count > 0 ? unit.FirstSequenceNr - 1 : 0;

    private AppendResult Conflict(EntityRef entity)
    {
        _conflicted.Add(entity);
        return AppendResult.Conflict;
    }

    private AppendResult Fail(string message)
    {
        Fault ??= new ArgumentException(message);
        return AppendResult.Conflict;
    }
}
