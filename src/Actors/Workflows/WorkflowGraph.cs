namespace Actors.Workflows;

/// <summary>
/// The nodes of a workflow by number (jobs in their order, then the trigger) and the edges between them. Edges whose ends
/// do not exist and self loops are left out: they are faults of their own. Linear in nodes and edges, without recursion.
/// </summary>
internal sealed class WorkflowGraph
{
    private readonly int _trigger;
    private readonly List<int>[] _targets;

    private WorkflowGraph(int trigger, List<int>[] targets)
    {
        _trigger = trigger;
        _targets = targets;
    }

    public static WorkflowGraph Of(Workflow workflow)
    {
        var trigger = workflow.Jobs.Length;
        var numbers = new Dictionary<Guid, int>(trigger + 1);
        for (var i = 0; i < trigger; i++)
        {
            numbers.TryAdd(workflow.Jobs[i].Id, i);
        }

        if (workflow.Trigger is { } node) numbers.TryAdd(node.Id, trigger);

        var targets = new List<int>[trigger + 1];
        for (var i = 0; i <= trigger; i++)
        {
            targets[i] = [];
        }

        foreach (var edge in workflow.Edges)
        {
            if ((edge.SourceTriggerId ?? edge.SourceJobId) is not { } source) continue;
            if (!numbers.TryGetValue(source, out var from) || !numbers.TryGetValue(edge.TargetJobId, out var to)) continue;
            if (from != to && to != trigger) targets[from].Add(to);
        }

        return new WorkflowGraph(trigger, targets);
    }

    public bool[] ReachedFromTrigger()
    {
        var reached = new bool[_targets.Length];
        var waiting = new Queue<int>([_trigger]);
        reached[_trigger] = true;
        while (waiting.TryDequeue(out var node))
        {
            foreach (var target in _targets[node])
            {
                if (reached[target]) continue;
                reached[target] = true;
                waiting.Enqueue(target);
            }
        }

        return reached;
    }

    /// <summary>
    /// Takes away nodes that nothing leads to until none is left (Kahn). What remains lies on a cycle or behind one, so
    /// whoever walks from it against the edges comes to a node a second time.
    /// </summary>
    /// <returns>The nodes of one cycle in the direction of its edges; empty when there is none.</returns>
    public List<int> FindCycle()
    {
        var incoming = CountIncoming();
        TakeAwaySources(incoming);

        var before = new int[_targets.Length];
        var start = -1;
        for (var node = 0; node < _targets.Length; node++)
        {
            if (incoming[node] == 0) continue;
            start = node;
            foreach (var target in _targets[node])
            {
                before[target] = node;
            }
        }

        return start < 0 ? [] : WalkBack(start, before);
    }

    private int[] CountIncoming()
    {
        var incoming = new int[_targets.Length];
        foreach (var target in _targets.SelectMany(targets => targets))
        {
            incoming[target]++;
        }

        return incoming;
    }

    private void TakeAwaySources(int[] incoming)
    {
        var sources = new Queue<int>();
        for (var node = 0; node < incoming.Length; node++)
        {
            if (incoming[node] == 0) sources.Enqueue(node);
        }

        while (sources.TryDequeue(out var node))
        {
            foreach (var target in _targets[node])
            {
                if (--incoming[target] == 0) sources.Enqueue(target);
            }
        }
    }

    private static List<int> WalkBack(int start, int[] before)
    {
        var seen = new HashSet<int>();
        var node = start;
        while (seen.Add(node))
        {
            node = before[node];
        }

        var cycle = new List<int>();
        for (var member = node; cycle.Count == 0 || member != node; member = before[member])
        {
            cycle.Add(member);
        }

        cycle.Reverse();
        return cycle;
    }
}
