namespace Cluster.Sharding;

/// <summary>Who should own each shard, worked out anew only when members came or went. For one caller at a time.</summary>
internal sealed class Placement
{
    private Guid[] _members = [];
    private Guid?[] _owners = Rendezvous.Place([]);

    /// <summary>The desired owner of each shard among the members that are up.</summary>
    public IReadOnlyList<Guid?> Of(ClusterView view)
    {
        Guid[] members = [.. view.Members.Where(member => member.State == MemberState.Up).Select(member => member.NodeId)];
        if (!members.AsSpan().SequenceEqual(_members))
            (_members, _owners) = (members, Rendezvous.Place(members));
        return _owners;
    }
}
