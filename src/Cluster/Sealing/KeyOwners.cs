namespace Cluster.Sealing;

/// <summary>Owners of data keys that are known beforehand. All others are projects and people, by their ids.</summary>
public static class KeyOwners
{
    /// <summary>The instance itself: what belongs to no project and no person.</summary>
    public static Guid Instance { get; } = new("00000000-0000-8000-8000-000000000001");
}
