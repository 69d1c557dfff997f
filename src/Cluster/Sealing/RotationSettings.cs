namespace Cluster.Sealing;

/// <param name="Grace">From when every node has noticed new keys until nothing that was sealed under old ones can be written any more: longer
/// than an append may take.</param>
/// <param name="PageSize">Stored values that are sealed anew at once.</param>
public sealed record RotationSettings(TimeSpan Grace, int PageSize)
{
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(10);

    /// <summary>Percent of the time that a walk works, 1 to 100; it rests for the remainder, so that others get the store.</summary>
    public int Share { get; init; } = 25;

    public static RotationSettings Default { get; } = new(TimeSpan.FromSeconds(60), 200);

    internal TimeSpan RestAfter(TimeSpan worked)
    {
        var rest = worked * ((100.0 - Share) / Share);
        return rest < s_longestRest ? rest : s_longestRest;
    }
}
