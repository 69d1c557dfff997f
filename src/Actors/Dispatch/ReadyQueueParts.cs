namespace Actors.Dispatch;

/// <summary>The waiting runs of one backlog that are in memory, in the order in which they came.</summary>
internal sealed class Window
{
    private readonly Queue<WaitingRun> _runs = new();
    private readonly HashSet<Guid> _ids = [];

    /// <summary>Runs of the backlog wait in the database beyond those in memory.</summary>
    public bool HasMore { get; set; }

    /// <summary>A run was offered while <see cref="HasMore"/> was set: a page read before may lack it.</summary>
    public bool MissedOffer { get; set; }

    public int Count => _runs.Count;

    public bool Contains(Guid runId) => _ids.Contains(runId);

    public void Enqueue(WaitingRun run)
    {
        _ids.Add(run.RunId);
        _runs.Enqueue(run);
    }

    /// <summary>Of the runs in memory; a workflow is of one project. Empty if there are none.</summary>
    public Guid ProjectId => _runs.TryPeek(out var run) ? run.ProjectId : Guid.Empty;

    /// <returns>How many were removed.</returns>
    public int RemoveWhere(Func<Guid, bool> isGone)
    {
        var before = _runs.Count;
        var rest = _runs.Where(run => !isGone(run.RunId)).ToList();
        _runs.Clear();
        _ids.Clear();
        rest.ForEach(Enqueue);
        return before - rest.Count;
    }

    public WaitingRun Dequeue()
    {
        var run = _runs.Dequeue();
        _ids.Remove(run.RunId);
        return run;
    }
}

/// <summary>A set whose members take turns. Every operation costs the same whatever its size.</summary>
internal sealed class Rotation<T>
    where T : notnull
{
    private readonly LinkedList<T> _order = [];
    private readonly Dictionary<T, LinkedListNode<T>> _nodes = [];

    public int Count => _nodes.Count;

    /// <summary>Whose turn it is. There must be members.</summary>
    public T First => _order.First!.Value;

    public bool Contains(T member) => _nodes.ContainsKey(member);

    public void Add(T member)
    {
        if (!_nodes.ContainsKey(member))
        {
            _nodes.Add(member, _order.AddLast(member));
        }
    }

    public void Remove(T member)
    {
        if (_nodes.Remove(member, out var node))
        {
            _order.Remove(node);
        }
    }

    /// <summary>The first goes to the end of the line.</summary>
    public void Pass()
    {
        var node = _order.First!;
        _order.RemoveFirst();
        _order.AddLast(node);
    }
}

/// <summary>Counts by id; what is not counted is zero and costs nothing.</summary>
internal sealed class Tally
{
    private readonly Dictionary<Guid, int> _counts = [];

    public int this[Guid id] => _counts.GetValueOrDefault(id);

    public void Add(Guid id) => _counts[id] = this[id] + 1;

    public void Remove(Guid id)
    {
        var left = this[id] - 1;
        if (left > 0)
        {
            _counts[id] = left;
        }
        else
        {
            _counts.Remove(id);
        }
    }
}
