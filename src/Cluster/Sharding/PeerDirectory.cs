using Cluster.Transport;

namespace Cluster.Sharding;

/// <summary>The member table as the transport needs it.</summary>
internal sealed class PeerDirectory(ClusterMember member, ClusterState state, Resharding resharding, TimeProvider time) : IPeerDirectory
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public Peer Self { get; } = new(state.Self, member.Membership.Host, member.Transport.Port, member.Key);

    public bool TryGet(Guid nodeId, out Peer peer)
    {
        var found = state.View.Find(nodeId);
        peer = found is null ? Self : new Peer(found.NodeId, found.Host, found.Port, found.Key);
        return found is not null;
    }

    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var changed = state.Changed;
        resharding.Wake();
        await Task.WhenAny(changed, Task.Delay(s_patience, time, cancellationToken)).ConfigureAwait(false);
    }
}
