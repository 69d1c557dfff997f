using System.Reflection;

namespace Cluster.Transport.Handshakes;

/// <summary>What this program speaks.</summary>
internal static class Protocol
{
    /// <summary>Range of versions. Raise the maximum for a new one, and the minimum a release later.</summary>
    public const ushort Min = 1;
    public const ushort Max = 1;

    /// <summary>First in a hello, so that a stranger is told from a node.</summary>
    public const uint Magic = 0x504C_5443; // "CTLP"

    /// <summary>Longest frame of a handshake.</summary>
    public const int MaxFrameBytes = 1 << 10;

    public const int NonceBytes = 32;

    /// <summary>Of the product, without what identifies the build.</summary>
    public static string Product { get; } =
        typeof(Protocol).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
