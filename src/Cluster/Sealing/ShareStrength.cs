namespace Cluster.Sealing;

/// <summary>Tells shares that nobody drew at random. What is random passes but for once in 10^12.</summary>
internal static class ShareStrength
{
    /// <summary>Of 32 random bytes about 30 differ; a pattern repeats few.</summary>
    private const int FewestDistinct = 17;

    /// <returns>Null if nothing is wrong; else the end of a sentence that begins with where the share stands.</returns>
    public static string? WeaknessOf(ReadOnlySpan<byte> secret)
    {
        if (Distinct(secret) < FewestDistinct)
        {
            return "repeats itself and is not random";
        }

        if (IsCount(secret))
        {
            return "counts up or down and is not random";
        }

        return IsText(secret) ? "is text and not random" : null;
    }

    private static int Distinct(ReadOnlySpan<byte> secret)
    {
        Span<bool> seen = stackalloc bool[256];
        var distinct = 0;
        foreach (var value in secret)
        {
            distinct += seen[value] ? 0 : 1;
            seen[value] = true;
        }

        return distinct;
    }

    private static bool IsCount(ReadOnlySpan<byte> secret)
    {
        var step = (byte)(secret[1] - secret[0]);
        for (var i = 2; i < secret.Length; i++)
        {
            if ((byte)(secret[i] - secret[i - 1]) != step)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsText(ReadOnlySpan<byte> secret) => !secret.ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
