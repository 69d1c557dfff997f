namespace Cluster.Sealing;

/// <summary>Owners that are neither a project nor a vault.</summary>
public static class KeyOwners
{
    /// <summary>The instance itself: settings and secrets that belong to nobody else.</summary>
    public static readonly Guid Instance = new("0d17a5c0-0000-8000-8000-000000000001");

    /// <summary>Of the <see cref="RootKey"/>, which seals nothing and has one version for ever.</summary>
    internal static readonly Guid Root = new("0d17a5c0-0000-8000-8000-000000000002");
}
