namespace Cluster.Transport;

/// <summary>What the transport knows of the members. A process boundary: the database stands behind it.</summary>
public interface IPeerDirectory
{
    /// <summary>This node. Asked at every handshake; before the node has joined, its port may still be unknown.</summary>
    Peer Self { get; }

    /// <summary>Known, present members only (not down). Cheap, from memory.</summary>
    bool TryGet(Guid nodeId, out Peer peer);

    /// <summary>Looks again, for a peer that joined a moment ago. Rate-limited by the implementation.</summary>
    ValueTask RefreshAsync(CancellationToken cancellationToken);
}
