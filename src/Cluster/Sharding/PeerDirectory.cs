using Cluster.Transport;

namespace Cluster.Sharding;

/// <summary>The member table as the transport needs it.</summary>
internal sealed class PeerDirectory(ClusterMember member, ClusterState state, Resharding resharding, TimeProvider time) : IPeerDirectory
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>A stranger who knocks again and again costs no more than this many looks.</summary>
    private static readonly TimeSpan s_atMostEvery = TimeSpan.FromMilliseconds(200);

    private long _lastLook;

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
        var last = Volatile.Read(ref _lastLook);
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(last, now) >= s_atMostEvery && Interlocked.CompareExchange(ref _lastLook, now, last) == last)
        {
            resharding.Wake();
        }

        await Task.WhenAny(changed, Task.Delay(s_patience, time, cancellationToken)).ConfigureAwait(false);
    }
}
