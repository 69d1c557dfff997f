namespace Cluster.Sharding;

/// <summary>A member whose heartbeat stands still.</summary>
/// <param name="WithoutSession">It may be declared down only if its session is gone.</param>
internal readonly record struct Suspect(Guid NodeId, string Name, long Beat, bool WithoutSession);

/// <summary>
/// Watches whether the heartbeats of the others change, on this node's monotonic clock. No wall clock takes part, neither a
/// node's nor the database's. Pure.
/// </summary>
/// <remarks>
/// Time counts only while this node looks. Of a long gap between two looks no more counts than one look should take, and
/// after one of <see cref="MembershipSettings.SessionTimeout"/> or more (this node was stopped, or the database was away, so
/// that nobody could beat) the count starts anew for everybody.
/// </remarks>
internal sealed class BeatObserver(MembershipSettings settings)
{
    private Dictionary<Guid, Standing> _standing = [];
    private TimeSpan? _lastLook;

    /// <param name="now">Of a monotonic clock, taken when the view was read.</param>
    public IReadOnlyList<Suspect> See(ClusterView view, Guid self, TimeSpan now)
    {
        var passed = Counted(now);
        var seen = new Dictionary<Guid, Standing>(view.Members.Length);
        var suspects = new List<Suspect>();
        foreach (var member in view.Members)
        {
            if (member.NodeId == self)
            {
                continue;
            }

            var unchanged = _standing.TryGetValue(member.NodeId, out var before) && before.Beat == member.Beat
                ? before.Unchanged + passed
                : TimeSpan.Zero;
            seen[member.NodeId] = new Standing(member.Beat, unchanged);
            if (unchanged >= settings.SessionTimeout)
            {
                suspects.Add(new Suspect(member.NodeId, member.Name, member.Beat, unchanged < settings.FailureTimeout));
            }
        }

        _standing = seen;
        return suspects;
    }

    private TimeSpan Counted(TimeSpan now)
    {
        var passed = now - (_lastLook ?? now);
        _lastLook = now;
        if (passed >= settings.SessionTimeout)
        {
            _standing = [];
        }

        var most = 1.5 * settings.HeartbeatInterval;
        return passed < most ? passed : most;
    }

    private readonly record struct Standing(long Beat, TimeSpan Unchanged);
}
