using Cluster.Transport;

namespace Cluster.Sharding;

/// <summary>The member table as the transport needs it.</summary>
internal sealed class PeerDirectory(ClusterState state, Resharding resharding, Peer self, TimeProvider time) : IPeerDirectory
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public Peer Self => self;

    public bool TryGet(Guid nodeId, out Peer peer)
    {
        var member = state.View.Find(nodeId);
        peer = member is null ? self : new Peer(member.NodeId, member.Host, member.Port, member.Key);
        return member is not null;
    }

    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var changed = state.Changed;
        resharding.Wake();
        await Task.WhenAny(changed, Task.Delay(s_patience, time, cancellationToken)).ConfigureAwait(false);
    }
}
