using System.Collections.Immutable;

namespace Cluster.Hocon.Values;

internal enum ScalarKind
{
    String,
    Number,
    Boolean,
    Null,
}

/// <summary>What a file means once merged and substituted. Position is where the winning text was written.</summary>
internal abstract class HoconValue(HoconPosition position)
{
    public HoconPosition Position { get; } = position;

    public abstract string KindName { get; }

    /// <summary>
    /// Characters and values in here; parts that are shared count each time, as they do for whoever walks it.
    /// </summary>
    public abstract long Weight { get; }

    public virtual int Depth => 1;
}

internal sealed class HoconScalar(HoconPosition position, string text, ScalarKind kind) : HoconValue(position)
{
    /// <summary>As written: <c>1e5</c> stays <c>1e5</c>.</summary>
    public string Text { get; } = text;

    public ScalarKind Kind { get; } = kind;

    public override string KindName => Kind switch
    {
        ScalarKind.Number => "a number",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Null => "null",
        _ => "a string",
    };

    public override long Weight => 1 + Text.Length;
}

internal sealed class HoconArray : HoconValue
{
    public HoconArray(HoconPosition position, ImmutableArray<HoconValue> items)
        : base(position)
    {
        Items = items;
        Weight = 1 + items.Sum(item => item.Weight);
        Depth = 1 + items.Select(item => item.Depth).DefaultIfEmpty().Max();
    }

    public ImmutableArray<HoconValue> Items { get; }

    public override string KindName => "an array";

    public override long Weight { get; }

    public override int Depth { get; }
}

internal sealed class HoconObject : HoconValue
{
    private readonly OrderedDictionary<string, HoconValue> _members;

    public HoconObject(HoconPosition position, OrderedDictionary<string, HoconValue> members)
        : base(position)
    {
        _members = members;
        Weight = 1 + members.Sum(member => member.Key.Length + member.Value.Weight);
        Depth = 1 + members.Values.Select(member => member.Depth).DefaultIfEmpty().Max();
    }

    /// <summary>In the order in which the keys first appeared.</summary>
    public IReadOnlyCollection<KeyValuePair<string, HoconValue>> Members => _members;

    public override string KindName => "an object";

    public override long Weight { get; }

    public override int Depth { get; }

    public HoconValue? Find(string key) => _members.GetValueOrDefault(key);

    /// <summary>
    /// This object with the members of <paramref name="over"/> laid on top, objects merged member by member.
    /// </summary>
    public HoconObject With(HoconObject over)
    {
        var members = new OrderedDictionary<string, HoconValue>(_members);
        foreach (var (key, value) in over.Members)
        {
            members[key] = value is HoconObject upper && Find(key) is HoconObject lower ? lower.With(upper) : value;
        }

        return new HoconObject(over.Position, members);
    }
}
