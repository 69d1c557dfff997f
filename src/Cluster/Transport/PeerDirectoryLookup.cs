namespace Cluster.Transport;

internal static class PeerDirectoryLookup
{
    /// <summary>The peer, looked for once more if it is not known. Null if it is no member, or is this node itself.</summary>
    public static async ValueTask<Peer?> FindAsync(
        this IPeerDirectory directory, Guid nodeId, CancellationToken cancellationToken)
    {
        if (nodeId == directory.Self.NodeId)
            return null;
        if (directory.TryGet(nodeId, out var known))
            return known;
        await directory.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return directory.TryGet(nodeId, out var found) ? found : null;
    }
}
