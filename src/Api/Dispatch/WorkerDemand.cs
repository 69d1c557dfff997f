using Actors.Dispatch;

namespace Api.Dispatch;

/// <summary>
/// How many runs are asked for, and by whom. Those who prefer the same queues take turns among each other, and so do the
/// preferences, of which there are few.
/// </summary>
internal sealed class WorkerDemand
{
    private readonly List<Group> _groups = [];

    public int Total { get; private set; }

    /// <summary>In the order in which it is their turn.</summary>
    public IEnumerable<QueuePreference> Preferences => _groups.Select(static group => group.Preference);

    public void Add(IRunTaker taker, int demand)
    {
        var group = _groups.Find(one => one.Preference == taker.Preference);
        if (group is null) _groups.Add(group = new Group(taker.Preference));
        group.Add(taker, demand);
        Total += demand;
    }

    /// <returns>The demand that is withdrawn by that.</returns>
    public int Remove(IRunTaker taker)
    {
        if (_groups.Find(one => one.Preference == taker.Preference) is not { } group) return 0;
        var removed = group.Remove(taker);
        if (group.IsEmpty) _groups.Remove(group);
        Total -= removed;
        return removed;
    }

    /// <summary>Takes out those who do not wait when nothing is there, and tells them.</summary>
    public void EndImpatient()
    {
        foreach (var taker in _groups.SelectMany(static group => group.Takers).Where(static taker => !taker.CanWait).ToList())
        {
            taker.Spend(Remove(taker));
        }
    }

    /// <summary>Whoever's turn it is; <see cref="Total"/> must be positive.</summary>
    public IRunTaker Take() => Take(_groups[0].Preference);

    /// <param name="preference">One of <see cref="Preferences"/>; the others go first next time.</param>
    public IRunTaker Take(QueuePreference preference)
    {
        var group = _groups.Find(one => one.Preference == preference)!;
        _groups.Remove(group);
        var taker = group.Take();
        if (!group.IsEmpty) _groups.Add(group);
        Total--;
        return taker;
    }

    private sealed class Group(QueuePreference preference)
    {
        private readonly LinkedList<IRunTaker> _turns = [];
        private readonly Dictionary<IRunTaker, (LinkedListNode<IRunTaker> Turn, int Demand)> _demand = [];

        public QueuePreference Preference => preference;

        public IEnumerable<IRunTaker> Takers => _turns;

        public bool IsEmpty => _demand.Count == 0;

        public void Add(IRunTaker taker, int demand) =>
            _demand[taker] = _demand.TryGetValue(taker, out var known)
                ? (known.Turn, known.Demand + demand)
                : (_turns.AddLast(taker), demand);

        public int Remove(IRunTaker taker)
        {
            if (!_demand.Remove(taker, out var known)) return 0;
            _turns.Remove(known.Turn);
            return known.Demand;
        }

        public IRunTaker Take()
        {
            var turn = _turns.First!;
            var demand = _demand[turn.Value].Demand;
            _turns.Remove(turn);
            if (demand > 1)
            {
                _turns.AddLast(turn);
                _demand[turn.Value] = (turn, demand - 1);
            }
            else
            {
                _demand.Remove(turn.Value);
            }

            return turn.Value;
        }
    }
}
