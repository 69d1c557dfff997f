namespace Cluster.Entities;

/// <summary>The address of one entity: its type (a stable lower-case word such as <c>run</c>) and its id.</summary>
public readonly record struct EntityRef(string Type, Guid Id)
{
    /// <summary>The id alone tells entities apart well enough.</summary>
    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => $"{Type}/{Id}";
}
