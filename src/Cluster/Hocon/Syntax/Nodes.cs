using System.Collections.Immutable;
using Cluster.Hocon.Values;

namespace Cluster.Hocon.Syntax;

/// <summary>What was written, before anything is merged or substituted.</summary>
internal abstract record HoconNode(HoconPosition Position)
{
    /// <summary>True when the value can be no object whatever its substitutions stand for.</summary>
    public virtual bool NeverObject => true;
}

internal sealed record ScalarNode(HoconPosition Position, string Text, ScalarKind Kind) : HoconNode(Position);

/// <summary>Space between the parts of a concatenation: part of a string, nothing between arrays or objects.</summary>
internal sealed record SpaceNode(HoconPosition Position, string Text) : HoconNode(Position)
{
    public override bool NeverObject => false;
}

internal sealed record ArrayNode(HoconPosition Position, ImmutableArray<HoconNode> Elements) : HoconNode(Position);

internal sealed record ObjectNode(HoconPosition Position, ImmutableArray<FieldNode> Fields) : HoconNode(Position)
{
    public override bool NeverObject => false;
}

internal sealed record ConcatenationNode(HoconPosition Position, ImmutableArray<HoconNode> Parts) : HoconNode(Position)
{
    public override bool NeverObject => Parts.Any(part => part.NeverObject);

    public bool HasObject => Parts.Any(part => part is ObjectNode);
}

/// <summary><c>key += value</c>: an array made of the earlier value and one more element.</summary>
internal sealed record AppendNode(HoconPosition Position, HoconNode Element) : HoconNode(Position);

/// <param name="Prefix">
/// Where the file was included: <c>${x}</c> in a file included under <c>a</c> means <c>a.x</c> first, then <c>x</c>.
/// </param>
internal sealed record SubstitutionNode(HoconPosition Position, HoconPath Path, bool Optional, HoconPath Prefix)
    : HoconNode(Position)
{
    public override bool NeverObject => false;
}

/// <param name="Path">Empty for an include: the value's fields then stand in place of this one.</param>
internal sealed record FieldNode(HoconPath Path, HoconNode Value);
