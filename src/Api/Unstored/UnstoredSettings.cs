using Cluster.Hocon;

namespace Api.Unstored;

/// <summary>Bounds of what is held in memory for runs that store nothing.</summary>
/// <param name="Memory">Bytes on this node.</param>
/// <param name="ProjectMemory">Bytes of one project on this node.</param>
internal sealed record UnstoredSettings(long Memory, long ProjectMemory)
{
    public static UnstoredSettings Default { get; } = new(256 << 20, 64 << 20);

    public static UnstoredSettings Read(SettingsReader reader) =>
        new(
            reader.Size("memory", Default.Memory, min: 0, max: 1L << 40),
            reader.Size("project-memory", Default.ProjectMemory, min: 0, max: 1L << 40));
}
