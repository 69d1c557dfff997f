using System.Collections.Immutable;
using Cluster.Hocon.Syntax;
using Cluster.Hocon.Values;

namespace Cluster.Hocon.Resolution;

/// <summary>
/// Turns what was written into what it means. Works from the top layer of a path downwards and only as far as needed:
/// what a later assignment hides is never evaluated, and a path can be read while the object around it is under way.
/// </summary>
internal sealed class Resolver
{
    private readonly Cell _root;
    private readonly Substitutions _substitutions;
    private readonly ResolutionGuard _guard;

    private Resolver(ObjectLayer root, Func<string, string?> environment)
    {
        _root = new Cell(HoconPath.Root, "", [root]);
        _guard = new ResolutionGuard(root.Position);
        _substitutions = new Substitutions(this, _guard, environment);
    }

    public static HoconObject Resolve(ObjectLayer root, Func<string, string?> environment)
    {
        var resolver = new Resolver(root, environment);

        // The root is one written object, so it resolves to one.
        return (HoconObject)resolver.ValueOf(resolver._root.Whole)!;
    }

    /// <summary>The value at <paramref name="path"/> below <paramref name="start"/>, or below the root.</summary>
    public HoconValue? Find(ReadOnlySpan<string> path, CellView? start = null)
    {
        var view = start ?? _root.Whole;
        foreach (var key in path) view = Child(view, key).Whole;
        return ValueOf(view);
    }

    public HoconValue? ValueOf(CellView view)
    {
        if (view.Value == Resolved.UnderWay) throw _guard.Cycle(view.Cell.Name);
        if (view.Value is { } known) return known.Value;
        view.Value = Resolved.UnderWay;
        _guard.Enter();
        var value = Compute(view);
        _guard.Leave();
        view.Value = Resolved.Of(value);
        return value;
    }

    private HoconValue? Compute(CellView view)
    {
        var objects = new List<(int Index, HoconObject? Known)>();
        for (var i = view.Count - 1; i >= 0; i--)
        {
            _guard.Spend(1);
            var layer = view.Cell.Layers[i];
            if (objects.Count > 0 && layer.HidesEarlier) break;
            if (layer is ObjectLayer)
            {
                objects.Add((i, null));
                continue;
            }

            var resolved = LayerValue(view.Cell, i);
            if (resolved == Resolved.Nothing) continue;
            if (resolved.Value is not HoconObject known)
            {
                if (objects.Count == 0) return resolved.Value;
                break;
            }

            objects.Add((i, known));
        }

        return objects switch
        {
            [] => null,
            [(_, { } alone)] => alone,
            _ => Members(view, objects[^1].Index, PositionOf(view.Cell, objects[0].Index)),
        };
    }

    /// <summary>The objects from layer <paramref name="lowest"/> upwards, merged.</summary>
    private HoconObject Members(CellView view, int lowest, HoconPosition position)
    {
        var members = new OrderedDictionary<string, HoconValue>(StringComparer.Ordinal);
        var layers = Enumerable.Range(lowest, view.Count - lowest);
        foreach (var key in layers.SelectMany(i => Keys(view.Cell, i)).Distinct())
        {
            if (ValueOf(Child(view, key).Whole) is { } value) members.Add(key, value);
        }

        return _guard.Bounded(new HoconObject(position, members));
    }

    private HoconPosition PositionOf(Cell cell, int index) =>
        cell.Layers[index] is ObjectLayer written ? written.Position : LayerValue(cell, index).Value!.Position;

    private IEnumerable<string> Keys(Cell cell, int index)
    {
        if (cell.Layers[index] is ObjectLayer written) return written.Members.Keys;
        return LayerValue(cell, index).Value is HoconObject known ? known.Members.Select(member => member.Key) : [];
    }

    private Cell Child(CellView view, string key)
    {
        if (view.Children.TryGetValue(key, out var child)) return child;
        var layers = new List<Layer>();
        for (var i = 0; i < view.Count; i++)
        {
            _guard.Spend(1);
            var layer = view.Cell.Layers[i];
            if (layer is ObjectLayer written) layers.AddRange(written.Members.GetValueOrDefault(key) ?? []);
            else if (layer.HidesEarlier) layers.Clear();
            else layers.Add(new MemberLayer(view.Cell, i, key));
        }

        var path = view.Cell.Path?.Then(key);
        var name = path?.ToString() ?? $"{view.Cell.Name}.{key}";
        return view.Children[key] = new Cell(path, name, layers);
    }

    private Resolved LayerValue(Cell cell, int index)
    {
        if (cell.LayerValues.TryGetValue(index, out var known))
            return known != Resolved.UnderWay ? known : throw _guard.Cycle(cell.Name);
        cell.LayerValues[index] = Resolved.UnderWay;
        _guard.Enter();
        var value = cell.Layers[index] switch
        {
            MemberLayer member => MemberValue(member),
            ValueLayer layer => Resolved.Of(Expected(layer, Evaluate(layer.Node, new Place(cell, index)))),
            _ => throw new InvalidOperationException("Written objects are resolved member by member."),
        };
        _guard.Leave();
        return cell.LayerValues[index] = value;
    }

    private Resolved MemberValue(MemberLayer member)
    {
        var parent = LayerValue(member.Parent, member.Index);
        if (parent == Resolved.Nothing) return Resolved.Nothing;
        return parent.Value is HoconObject members ? Resolved.Of(members.Find(member.Key)) : Resolved.Hidden;
    }

    private static HoconValue? Expected(ValueLayer layer, HoconValue? value)
    {
        if (!layer.ObjectExpected || value is HoconObject or null) return value;
        throw new HoconException(layer.Node.Position, $"must be an object next to an object, but is {value.KindName}");
    }

    private HoconValue? Evaluate(HoconNode node, Place place)
    {
        _guard.At(node.Position);
        return node switch
        {
            ScalarNode scalar => new HoconScalar(scalar.Position, scalar.Text, scalar.Kind),
            SubstitutionNode substitution => _substitutions.Evaluate(substitution, place),
            ArrayNode array => Array(array, place),
            ConcatenationNode parts => _guard.Bounded(Concatenation.Join(parts, part => Evaluate(part, place), _guard)),
            AppendNode append => Append(append, place),
            ObjectNode written => ValueOf(new Cell(null, place.Cell.Name + "[]", [ObjectLayer.Of(written)]).Whole),
            _ => throw new InvalidOperationException($"{node.GetType().Name} has no value of its own."),
        };
    }

    private HoconArray Array(ArrayNode array, Place place)
    {
        var items = ImmutableArray.CreateBuilder<HoconValue>();
        foreach (var element in array.Elements)
        {
            if (Evaluate(element, place.Inside) is { } item) items.Add(item);
        }

        return _guard.Bounded(new HoconArray(array.Position, items.ToImmutable()));
    }

    private HoconArray Append(AppendNode append, Place place)
    {
        var earlier = ValueOf(place.Cell.Below(place.Index));
        if (earlier is not (HoconArray or null))
            throw new HoconException(append.Position, $"'+=' needs an array, the earlier value is {earlier.KindName}");
        var items = (earlier as HoconArray)?.Items ?? [];
        if (Evaluate(append.Element, place.Inside) is { } item) items = items.Add(item);
        return _guard.Bounded(new HoconArray(append.Position, items));
    }
}

/// <summary>The layer in which a value stands.</summary>
/// <param name="LooksBack">
/// A reference to the path itself means its earlier value. Not inside an array or object: there it is a cycle.
/// </param>
internal readonly record struct Place(Cell Cell, int Index, bool LooksBack = true)
{
    public Place Inside => this with { LooksBack = false };
}
