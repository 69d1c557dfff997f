namespace Cluster.Sealing;

/// <summary>Whether what is stored is sealed. It is, but where somebody measures what that costs.</summary>
/// <param name="IsInClear">Everything is stored as it is. What was stored in the other way is not read.</param>
public sealed record StoreProtection(bool IsInClear)
{
    public static StoreProtection Sealed { get; } = new(false);

    public static StoreProtection InClear { get; } = new(true);
}
