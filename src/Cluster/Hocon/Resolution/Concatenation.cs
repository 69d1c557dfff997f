using Cluster.Hocon.Syntax;
using Cluster.Hocon.Values;

namespace Cluster.Hocon.Resolution;

/// <summary>
/// Joins values that stand side by side: arrays to an array, objects to an object, all else to a string.
/// </summary>
internal static class Concatenation
{
    public static HoconValue? Join(ConcatenationNode node, Func<HoconNode, HoconValue?> evaluate, ResolutionGuard guard)
    {
        var values = new List<HoconValue>();
        var text = new List<string>();
        foreach (var part in node.Parts)
        {
            if (part is SpaceNode space)
            {
                text.Add(space.Text);
                continue;
            }

            if (evaluate(part) is not { } value) continue;
            if (values is [var first, ..]) RefuseMixture(part.Position, first, value);
            values.Add(value);
            if (value is HoconScalar scalar) text.Add(scalar.Text);
        }

        return values switch
        {
            [] => null,
            [HoconArray, ..] => Arrays(node.Position, values),
            [HoconObject, ..] => Objects(values.Cast<HoconObject>(), guard),
            _ => Strings(node.Position, text),
        };
    }

    private static void RefuseMixture(HoconPosition position, HoconValue first, HoconValue next)
    {
        if (first.GetType() != next.GetType())
            throw new HoconException(position, $"cannot put {next.KindName} next to {first.KindName}");
    }

    private static HoconArray Arrays(HoconPosition position, List<HoconValue> values) =>
        new(position, [.. values.Cast<HoconArray>().SelectMany(array => array.Items)]);

    private static HoconObject Objects(IEnumerable<HoconObject> objects, ResolutionGuard guard) =>
        objects.Aggregate((lower, upper) =>
        {
            guard.Spend(lower.Weight + upper.Weight);
            return lower.With(upper);
        });

    private static HoconScalar Strings(HoconPosition position, List<string> text)
    {
        if (text.Sum(part => (long)part.Length) > HoconLimits.ValueWeight)
            throw new HoconException(position, "substitutions make this value too large");
        return new HoconScalar(position, string.Concat(text), ScalarKind.String);
    }
}
