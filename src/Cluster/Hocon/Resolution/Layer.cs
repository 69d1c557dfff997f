using Cluster.Hocon.Syntax;

namespace Cluster.Hocon.Resolution;

/// <summary>
/// One of the things assigned to a path, in the order of the files. What they amount to is decided later.
/// </summary>
internal abstract record Layer
{
    /// <summary>True when it hides whatever was assigned before, without looking at any substitution.</summary>
    public virtual bool HidesEarlier => false;
}

/// <param name="ObjectExpected">It stands next to an object, so it must turn out to be one.</param>
internal sealed record ValueLayer(HoconNode Node, bool ObjectExpected) : Layer
{
    public override bool HidesEarlier => Node.NeverObject;
}

/// <summary>The member <paramref name="Key"/> of a layer that must be resolved before its members are known.</summary>
internal sealed record MemberLayer(Cell Parent, int Index, string Key) : Layer;

/// <summary>A written object; adjacent objects of one path are merged into one layer.</summary>
internal sealed record ObjectLayer(HoconPosition Position) : Layer
{
    public OrderedDictionary<string, List<Layer>> Members { get; } = new(StringComparer.Ordinal);

    public static ObjectLayer Of(ObjectNode node)
    {
        var layer = new ObjectLayer(node.Position);
        layer.Merge(node);
        return layer;
    }

    public void Merge(ObjectNode node)
    {
        foreach (var (path, value) in node.Fields)
        {
            // Parser: only an include has no path, and its value is the included object.
            if (path.Length == 0) Merge((ObjectNode)value);
            else Assign(path, value);
        }
    }

    private void Assign(HoconPath path, HoconNode value)
    {
        var target = this;
        foreach (var key in path.Keys[..^1]) target = OpenObject(target.LayersOf(key), value.Position);
        Push(target.LayersOf(path.Keys[^1]), value);
    }

    private static void Push(List<Layer> layers, HoconNode value)
    {
        if (value is ObjectNode node) OpenObject(layers, node.Position).Merge(node);
        else if (value is ConcatenationNode { HasObject: true } concatenation) PushParts(layers, concatenation);
        else layers.Add(new ValueLayer(value, ObjectExpected: false));
    }

    /// <summary>
    /// <c>${base} { x = 1 }</c> is the same as assigning one after the other, and kept that way the members of the
    /// written object can refer to each other.
    /// </summary>
    private static void PushParts(List<Layer> layers, ConcatenationNode concatenation)
    {
        foreach (var part in concatenation.Parts)
        {
            if (part is SpaceNode) continue;
            if (part.NeverObject)
                throw new HoconException(part.Position, "an object can only stand next to other objects");
            if (part is ObjectNode node) OpenObject(layers, node.Position).Merge(node);
            else layers.Add(new ValueLayer(part, ObjectExpected: true));
        }
    }

    private static ObjectLayer OpenObject(List<Layer> layers, HoconPosition position)
    {
        if (layers is [.., ObjectLayer top]) return top;
        var opened = new ObjectLayer(position);
        layers.Add(opened);
        return opened;
    }

    private List<Layer> LayersOf(string key)
    {
        if (!Members.TryGetValue(key, out var layers)) Members.Add(key, layers = []);
        return layers;
    }
}
