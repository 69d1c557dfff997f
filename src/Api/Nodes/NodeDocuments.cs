using Api.Hosting;
using Api.Workers;
using Cluster.Sharding;

namespace Api.Nodes;

/// <summary>The cluster as this node last saw it, half a second ago at most while the database answers.</summary>
/// <param name="Store">Whether there can be other nodes.</param>
/// <param name="Version">Of the node that answers.</param>
/// <param name="Protocol">Version of the messages between nodes that it speaks.</param>
internal sealed record ClusterOverview(
    StoreType Store, string Version, int Protocol, IReadOnlyList<NodeView> Nodes, ShardsView Shards, QueuesView Queues);

/// <param name="Id">Of this life of the node; a restart gives it a new one.</param>
/// <param name="Name">The operator's name for it.</param>
/// <param name="HeartbeatAt">When the store last heard of it; absent if the store is not shared.</param>
/// <param name="Shards">How many it owns.</param>
/// <param name="Self">Whether it is the node that answers.</param>
internal sealed record NodeView(
    Guid Id,
    string Name,
    MemberState State,
    string HttpAddress,
    string Version,
    DateTimeOffset JoinedAt,
    DateTimeOffset? HeartbeatAt,
    int Shards,
    bool Self)
{
    /// <summary>The workers that are connected to it, at most 200; absent if the node did not answer in time.</summary>
    public IReadOnlyList<ConnectedWorker>? Workers { get; init; }
}

/// <param name="Unowned">On their way from one node to another. More than a few seconds of it is trouble.</param>
internal sealed record ShardsView(int Count, int Owned, int Unowned);

/// <summary>Of the node that answers alone.</summary>
/// <param name="Waiting">Runs in memory that wait for a worker; more may wait in the store.</param>
/// <param name="Active">Runs of this node's shards that are claimed or started.</param>
/// <param name="Demand">Runs that this node's workers are ready to take.</param>
/// <param name="Entities">Entities in memory, by type.</param>
internal sealed record QueuesView(int Waiting, int Active, int Demand, IReadOnlyDictionary<string, int> Entities);
