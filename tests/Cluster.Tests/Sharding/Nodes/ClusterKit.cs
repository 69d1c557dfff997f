using Cluster.Entities;
using Cluster.Sharding;
using Cluster.Tests.Journal;

namespace Cluster.Tests.Sharding.Nodes;

/// <summary>Nodes on one database.</summary>
internal sealed class ClusterKit : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly PostgresStore _store;
    private readonly List<ClusterNode> _nodes = [];

    private ClusterKit(PostgresStore store) => _store = store;

    public PostgresStore Store => _store;

    public static async Task<ClusterKit> CreateAsync() => new(await PostgresStore.CreateAsync());

    public async Task<ClusterNode> StartNodeAsync(IMessageCodec? messages = null)
    {
        var node = await ClusterNode.StartAsync(_store.ConnectionString, $"node-{_nodes.Count + 1}", messages);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Waits until exactly these are members and each serves what it should.</summary>
    public static async Task SettledAsync(params ClusterNode[] nodes)
    {
        var desired = Rendezvous.Place([.. nodes.Select(node => node.Id)]);
        foreach (var node in nodes)
        {
            var wanted = Enumerable.Range(0, ShardMap.ShardCount).Where(shard => desired[shard] == node.Id).ToArray();
            await UntilAsync(() => node.Gate.IsServing && node.Gate.Open.SequenceEqual(wanted)
                && node.State.View.Members.Length == nodes.Length
                && node.State.View.Shards.Select(shard => shard.Owner).SequenceEqual(desired));
        }
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        await _store.DisposeAsync();
    }
}
