namespace Cluster.Tests.Sharding.Model;

/// <summary>All states that a model can reach, found breadth first, so that the path to a broken rule is a shortest one.</summary>
internal sealed class StateSpace
{
    private readonly Action<World, List<Step>> _expand;
    private readonly Dictionary<World, int> _index = [];
    private readonly List<World> _states = [];
    private readonly List<(int From, string Step)> _cameBy = [];

    private StateSpace(Action<World, List<Step>> expand) => _expand = expand;

    public int Count => _states.Count;

    public long Steps { get; private set; }

    /// <summary>The first broken rule and the way to it; null if none can be broken.</summary>
    public string? Broken { get; private set; }

    /// <param name="rule">The rule that a state breaks, or null.</param>
    /// <param name="most">States; more are an error of the model.</param>
    public static StateSpace Explore(World first, Action<World, List<Step>> expand, Func<World, string?> rule, int most)
    {
        var space = new StateSpace(expand);
        space.Add(first, -1, "");
        var steps = new List<Step>();
        for (var i = 0; i < space._states.Count && space.Broken is null; i++)
        {
            steps.Clear();
            expand(space._states[i], steps);
            space.Steps += steps.Count;
            foreach (var step in steps)
            {
                space.Visit(i, step, rule);
            }

            Assert.True(space.Count <= most, $"The model has more than {most} states.");
        }

        return space;
    }

    /// <summary>States from which no sequence of harmless steps leads to a goal.</summary>
    public List<World> Stuck(Func<World, bool> isGoal)
    {
        var leads = new bool[Count];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = Count - 1; i >= 0; i--)
            {
                if (!leads[i] && (isGoal(_states[i]) || LeadsOn(i, leads)))
                {
                    changed = leads[i] = true;
                }
            }
        }

        return [.. _states.Where((_, i) => !leads[i])];
    }

    private bool LeadsOn(int index, bool[] leads)
    {
        var steps = new List<Step>();
        _expand(_states[index], steps);
        return steps.Any(step => !step.IsHarm && leads[_index[step.Next]]);
    }

    private void Visit(int from, in Step step, Func<World, string?> rule)
    {
        if (_index.ContainsKey(step.Next) && step.Fault is null)
        {
            return;
        }

        Add(step.Next, from, $"{step.Name} {"AB"[step.Node]}");
        if ((step.Fault ?? rule(step.Next)) is { } fault)
        {
            Broken ??= $"{fault}: {string.Join(", ", Path(_states.Count - 1))}";
        }
    }

    private void Add(in World state, int from, string step)
    {
        _index.TryAdd(state, _states.Count);
        _states.Add(state);
        _cameBy.Add((from, step));
    }

    private IEnumerable<string> Path(int index)
    {
        var path = new Stack<string>();
        for (; _cameBy[index].From >= 0; index = _cameBy[index].From)
        {
            path.Push(_cameBy[index].Step);
        }

        return path;
    }
}
