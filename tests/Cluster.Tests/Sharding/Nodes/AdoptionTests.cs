using Cluster.Entities;
using Cluster.Kit;
using Cluster.Sharding;
using Cluster.Tests.Entities;
using Cluster.Tests.Journal;

namespace Cluster.Tests.Sharding.Nodes;

/// <summary>An entity that kills its node, in real processes that die.</summary>
public sealed class AdoptionTests : IAsyncLifetime
{
    private const int Shard = 9;
    private const int MostDeaths = 5;

    private readonly EntityRef _poisoned = new("counter", ShardMap.NewId(Shard, DateTimeOffset.UtcNow));
    private readonly EntityRef _healthy = new("counter", ShardMap.NewId(Shard, DateTimeOffset.UtcNow));
    private PostgresStore _store = null!;

    public async Task InitializeAsync() => _store = await PostgresStore.CreateAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task An_entity_that_kills_its_node_again_and_again_is_set_aside_and_the_others_go_on()
    {
        await PoisonAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(200));
        var deaths = 0;
        while (await LivesAsync(patience.Token) is false)
        {
            Assert.True(++deaths <= MostDeaths, $"{deaths} nodes died.");
        }

        Assert.InRange(deaths, 1, MostDeaths);
        await using var node = await ClusterNode.StartAsync(_store.ConnectionString, "next");
        var aside = Assert.Single(await node.SetAside.ListAsync(10, patience.Token));
        Assert.Equal((_poisoned, Shard, 2), (aside.Entity, aside.Shard, aside.Attempts));

        // This one could recover it, but nobody asked for that yet.
        var refused = Assert.IsType<Outcome.Unavailable>(await node.AskAsync(_poisoned, new CounterCommand.Read()));
        Assert.Equal($"entity counter {_poisoned.Id} is set aside", refused.Reason);
        Assert.True(await node.ReplyAsync(_healthy, new CounterCommand.Add(1)) > 1);

        Assert.True(await node.SetAside.RestoreAsync(_poisoned));
        Assert.False(await node.SetAside.RestoreAsync(_poisoned));
        while (await node.AskAsync(_poisoned, new CounterCommand.Read()) is not Outcome.Replied { Reply: NodeChild.Poison })
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>A healthy node writes what others of another version die of.</summary>
    private async Task PoisonAsync()
    {
        await using var node = await ClusterNode.StartAsync(_store.ConnectionString, "first");
        await node.ReplyAsync(_poisoned, new CounterCommand.Add(NodeChild.Poison));
        await node.ReplyAsync(_healthy, new CounterCommand.Add(1));
    }

    /// <summary>Whether a node lives on, because the entity is set aside.</summary>
    private async Task<bool> LivesAsync(CancellationToken cancellationToken)
    {
        await using var child = ChildProcess.Start(
            typeof(AdoptionTests).Assembly.Location, "node", _store.ConnectionString, $"{_poisoned.Id}", $"{_healthy.Id}");
        while (await child.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.EndsWith("is set aside", StringComparison.Ordinal))
            {
                return true;
            }
        }

        Assert.NotEqual(0, await child.ExitCodeAsync(cancellationToken));
        return false;
    }
}
