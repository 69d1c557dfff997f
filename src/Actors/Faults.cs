using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors;

/// <summary>Gathers every fault of a command, so that its author hears of all of them at once.</summary>
internal sealed class Faults
{
    private readonly ImmutableArray<FieldFault>.Builder _faults = ImmutableArray.CreateBuilder<FieldFault>();

    public bool IsEmpty => _faults.Count == 0;

    public void Add(string field, string rule) => _faults.Add(new FieldFault(field, rule));

    public void AddUnless(bool kept, string field, string rule)
    {
        if (!kept) Add(field, rule);
    }

    public ImmutableArray<FieldFault> ToImmutable() => _faults.ToImmutable();
}
