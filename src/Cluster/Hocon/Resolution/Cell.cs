using Cluster.Hocon.Syntax;
using Cluster.Hocon.Values;

namespace Cluster.Hocon.Resolution;

/// <summary>Everything assigned to one path, with what is known of it so far.</summary>
/// <param name="path">Null inside an array: no substitution can name it.</param>
/// <param name="name">The path for messages.</param>
internal sealed class Cell(HoconPath? path, string name, IReadOnlyList<Layer> layers)
{
    private readonly Dictionary<int, CellView> _views = [];

    public HoconPath? Path { get; } = path;

    public string Name { get; } = name;

    public IReadOnlyList<Layer> Layers { get; } = layers;

    /// <summary>
    /// Values of layers by index; a layer's value depends only on the layers under it, so all views share it.
    /// </summary>
    public Dictionary<int, Resolved> LayerValues { get; } = [];

    public CellView Whole => Below(Layers.Count);

    /// <summary>The path as it was before layer <paramref name="count"/> was assigned.</summary>
    public CellView Below(int count)
    {
        if (!_views.TryGetValue(count, out var view)) _views.Add(count, view = new CellView(this, count));
        return view;
    }
}

/// <summary>A cell cut off above its first <paramref name="count"/> layers.</summary>
internal sealed class CellView(Cell cell, int count)
{
    public Cell Cell { get; } = cell;

    public int Count { get; } = count;

    public Resolved? Value { get; set; }

    public Dictionary<string, Cell> Children { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// The state of a resolution: under way, nothing, a value, or "hidden" (something that has no such member).
/// </summary>
internal sealed class Resolved(HoconValue? value)
{
    public static readonly Resolved UnderWay = new(null);
    public static readonly Resolved Nothing = new(null);
    public static readonly Resolved Hidden = new(null);

    public HoconValue? Value { get; } = value;

    public static Resolved Of(HoconValue? value) => value is null ? Nothing : new Resolved(value);
}
