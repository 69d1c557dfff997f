using Api.Dispatch;
using Api.Hosting;
using Api.Workers;
using Cluster.Entities;
using Cluster.Sharding;
using Cluster.Transport;

namespace Api.Nodes;

/// <summary>Makes the cluster as it is known here readable for operators.</summary>
internal sealed class ClusterReport(
    ClusterState state, NodeSettings settings, ReadyRuns ready, EntityFigures entities, ConnectedWorkers workers, Neighbours neighbours,
    IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public async Task<ClusterOverview> OverviewAsync(CancellationToken cancellationToken)
    {
        var view = state.View;
        var nodes = await Task.WhenAll(Nodes(view).Select(node => WithWorkersAsync(node, cancellationToken)));
        return new ClusterOverview(
            settings.Store.Type, NodeVersion.Text, Peers.ProtocolVersion, nodes, Shards(view), Queues());
    }

    /// <summary>Null if there is no such node.</summary>
    public NodeView? Find(Guid nodeId) => Nodes(state.View).FirstOrDefault(node => node.Id == nodeId);

    private async Task<NodeView> WithWorkersAsync(NodeView node, CancellationToken cancellationToken) => node with
    {
        Workers = node.Self ? workers.List()
            : (await neighbours.AskAsync(node.Id, NodeServices.Workers, Told.Instance, Patience, cancellationToken))?.Workers,
    };

    private List<NodeView> Nodes(ClusterView view)
    {
        var owned = view.Shards.CountBy(static shard => shard.Owner ?? Guid.Empty).ToDictionary();
        return state.IsAlone ? [Alone()] : [.. view.Members.Select(member => Of(member, owned.GetValueOrDefault(member.NodeId)))];
    }

    private NodeView Of(Member member, int shards)
    {
        var isSelf = member.NodeId == state.Self;
        return new NodeView(
            member.NodeId, member.Name, isSelf ? Own(member.State) : member.State, member.HttpAddress, member.Version,
            member.JoinedAt, member.HeartbeatAt, shards, isSelf);
    }

    private NodeView Alone()
    {
        var own = settings.Member.ToMembership(settings.Http);
        return new NodeView(
            state.Self, own.Name, Own(MemberState.Up), own.HttpAddress, own.Version, _startedAt, null, ShardMap.ShardCount, true);
    }

    /// <summary>Whether it stops this node knows before anybody else does.</summary>
    private MemberState Own(MemberState known) =>
        known == MemberState.Up && lifetime.ApplicationStopping.IsCancellationRequested ? MemberState.Leaving : known;

    private static ShardsView Shards(ClusterView view)
    {
        var owned = view.Shards.Count(static shard => shard.Owner is not null);
        return new ShardsView(view.Shards.Length, owned, view.Shards.Length - owned);
    }

    private QueuesView Queues()
    {
        var figures = ready.Figures;
        return new QueuesView(figures.Waiting, figures.Active, figures.Demand, entities.Live);
    }
}
