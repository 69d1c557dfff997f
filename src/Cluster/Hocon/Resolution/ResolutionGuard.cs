using System.Runtime.CompilerServices;
using Cluster.Hocon.Values;

namespace Cluster.Hocon.Resolution;

/// <summary>Knows where a resolution is and refuses cycles and whatever would grow without bound.</summary>
internal sealed class ResolutionGuard(HoconPosition start)
{
    private readonly List<string> _open = [];
    private HoconPosition _at = start;
    private int _depth;
    private long _steps;

    public void At(HoconPosition position) => _at = position;

    /// <summary>A substitution in the value of <paramref name="name"/> is being looked up.</summary>
    public void Open(string name) => _open.Add(name);

    public void Close() => _open.RemoveAt(_open.Count - 1);

    public void Enter()
    {
        if (++_depth > HoconLimits.ReferenceDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new HoconException(_at, "too many substitutions wait for each other");
    }

    public void Leave() => _depth--;

    public void Spend(long steps)
    {
        _steps += steps;
        if (_steps > HoconLimits.ResolutionSteps) throw new HoconException(_at, "too many substitutions to resolve");
    }

    public T Bounded<T>(T value)
        where T : HoconValue?
    {
        if (value is null) return value;
        if (value.Depth > HoconLimits.Nesting)
            throw new HoconException(value.Position, $"nested deeper than {HoconLimits.Nesting} levels");
        if (value.Weight > HoconLimits.ValueWeight)
            throw new HoconException(value.Position, "substitutions make this value too large");
        return value;
    }

    public HoconException Cycle(string closing)
    {
        var first = Math.Max(0, _open.LastIndexOf(closing));
        return new HoconException(_at, $"cycle: {string.Join(" -> ", _open.Skip(first).Append(closing))}");
    }
}
