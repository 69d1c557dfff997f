using Cluster.Hocon.Syntax;
using Cluster.Hocon.Values;

namespace Cluster.Hocon.Resolution;

/// <summary>Looks up what <c>${path}</c> stands for.</summary>
internal sealed class Substitutions(Resolver resolver, ResolutionGuard guard, Func<string, string?> environment)
{
    public HoconValue? Evaluate(SubstitutionNode node, Place place)
    {
        guard.Open(place.Cell.Name);
        var value = Find(node, place) ?? FromEnvironment(node);
        guard.Close();
        guard.At(node.Position);
        if (value is not null || node.Optional) return value;
        throw new HoconException(node.Position, IsOwnPath(node.Path, place)
            ? $"cycle: {node.Path} refers to itself and has no earlier value"
            : $"${{{node.Path}}} is set neither in a file nor in the environment");
    }

    private static bool IsOwnPath(HoconPath path, Place place) =>
        place is { LooksBack: true, Cell.Path: { } own } && own.IsPrefixOf(path);

    private HoconValue? Find(SubstitutionNode node, Place place)
    {
        if (node.Prefix.Length == 0) return Find(node.Path, place);
        return Find(node.Prefix.Then(node.Path), place) ?? Find(node.Path, place);
    }

    private HoconValue? Find(HoconPath path, Place place) => IsOwnPath(path, place)
        ? resolver.Find(path.Keys.AsSpan()[place.Cell.Path!.Value.Length..], place.Cell.Below(place.Index))
        : resolver.Find(path.Keys.AsSpan());

    private HoconScalar? FromEnvironment(SubstitutionNode node) =>
        environment(string.Join('.', node.Path.Keys)) is { } text
            ? new HoconScalar(node.Position, text, ScalarKind.String)
            : null;
}
