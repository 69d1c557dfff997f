namespace Cluster.Hocon;

/// <summary>The bounds that keep a damaged or hostile file from exhausting stack, memory or time.</summary>
internal static class HoconLimits
{
    public const int FileBytes = 1 << 20;

    /// <summary>
    /// Objects and arrays inside each other, each element of a dotted key counted, before and after substitution.
    /// </summary>
    public const int Nesting = 100;

    public const int IncludeDepth = 16;

    /// <summary>
    /// Includes of one load together: nested files that each include the next one twice would double per level.
    /// </summary>
    public const int Includes = 256;

    /// <summary>Substitutions and look-backs that wait for each other; what the stack must bear.</summary>
    public const int ReferenceDepth = 1000;

    /// <summary>Elementary steps of one resolution.</summary>
    public const int ResolutionSteps = 2_000_000;

    /// <summary>
    /// Characters and values of one resolved value: substitutions can double a value in a few letters.
    /// </summary>
    public const long ValueWeight = 4_000_000;
}
