using Api.Hosting;
using Api.Tests.Fixtures;
using Cluster.Kit;
using Cluster.Kit.Postgres;
using Cluster.Sharding;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Nodes;

/// <summary>Two nodes of one process on a database of their own, each owning about half of the shards.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TempFolder _keys;
    private readonly TimeProvider? _time;

    private TwoNodes(TempFolder keys, TimeProvider? time, string database, TestNode one, TestNode other) =>
        (_keys, _time, Database, One, Other) = (keys, time, database, one, other);

    /// <summary>How to connect to the database.</summary>
    public string Database { get; }

    public TestNode One { get; }

    public TestNode Other { get; }

    /// <summary>A node that joined later.</summary>
    public TestNode? Third { get; private set; }

    /// <param name="time">The clock of the nodes; null for the real one.</param>
    /// <param name="askTimeout">Longest wait for an outcome; as usual unless given.</param>
    /// <param name="change">What else is not as usual.</param>
    public static async Task<TwoNodes> StartAsync(
        TimeProvider? time = null, TimeSpan? askTimeout = null, Func<NodeSettings, NodeSettings>? change = null)
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        var keys = new TempFolder();
        var one = await NodeAsync(database, keys.Path, "one", time, null, askTimeout, change);
        var nodes = new TwoNodes(
            keys, time, database, one, await NodeAsync(database, keys.Path, "other", time, one.Token, askTimeout, change));
        await UntilAsync(() => nodes.Shards(nodes.One) + nodes.Shards(nodes.Other) == ShardMap.ShardCount
            && nodes.Shards(nodes.One) is > 64 and < 192);
        return nodes;
    }

    public async Task JoinAsync(string name) => Third = await NodeAsync(Database, _keys.Path, name, _time, One.Token);

    public int Shards(TestNode node) => node.Services.GetRequiredService<ShardGate>().Open.Length;

    public bool Owns(TestNode node, Guid id) => node.Services.GetRequiredService<ShardGate>().Open.Contains(ShardMap.ShardOf(id));

    public static async Task UntilAsync(Func<bool> condition) => await UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in new[] { Third, Other, One }.OfType<TestNode>())
        {
            await node.StopAsync();
            await node.DisposeAsync();
        }

        _keys.Dispose();
    }

    private static Task<TestNode> NodeAsync(
        string database, string keys, string name, TimeProvider? time, string? token, TimeSpan? askTimeout = null,
        Func<NodeSettings, NodeSettings>? change = null) => TestNode.StartAsync(settings => (change?.Invoke(settings) ?? settings) with
        {
            KeysDir = keys,
            Store = settings.Store with { Type = StoreType.Postgres, Connection = database, Lanes = 2, Readers = 8 },
            Member = settings.Member with { Name = name, Port = 0 },
            Worker = settings.Worker with { LeaseGrace = Grace },
            Engine = settings.Engine with { Entities = settings.Engine.Entities with { AskTimeout = askTimeout ?? settings.Engine.Entities.AskTimeout } },
        }, services => services.AddSingleton(time ?? TimeProvider.System), token);
}
