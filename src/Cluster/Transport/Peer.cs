namespace Cluster.Transport;

/// <summary>A peer as the member table describes it.</summary>
/// <param name="Host">What other nodes dial; with TLS its certificate names it.</param>
/// <param name="Key">32 random bytes from the member table; who can read that table may speak.</param>
public sealed record Peer(Guid NodeId, string Host, int Port, ReadOnlyMemory<byte> Key)
{
    internal const int KeyBytes = 32;
}
