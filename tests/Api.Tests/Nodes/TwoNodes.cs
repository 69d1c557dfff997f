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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _keys;

    private TwoNodes(TempFolder keys, string database, TestNode one, TestNode other) =>
        (_keys, Database, One, Other) = (keys, database, one, other);

    /// <summary>How to connect to the database.</summary>
    public string Database { get; }

    public TestNode One { get; }

    public TestNode Other { get; }

    /// <param name="askTimeout">Longest wait for an outcome; as usual unless given.</param>
    public static async Task<TwoNodes> StartAsync(TimeSpan? askTimeout = null)
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        var keys = new TempFolder();
        var one = await NodeAsync(database, keys.Path, "one", null, askTimeout);
        var nodes = new TwoNodes(keys, database, one, await NodeAsync(database, keys.Path, "other", one.Token, askTimeout));
        await UntilAsync(() => nodes.Shards(nodes.One) + nodes.Shards(nodes.Other) == ShardMap.ShardCount
            && nodes.Shards(nodes.One) is > 64 and < 192);
        return nodes;
    }

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
        foreach (var node in new[] { Other, One })
        {
            await node.StopAsync();
            await node.DisposeAsync();
        }

        _keys.Dispose();
    }

    private static Task<TestNode> NodeAsync(string database, string keys, string name, string? token, TimeSpan? askTimeout) => TestNode.StartAsync(settings => settings with
    {
        KeysDir = keys,
        Store = settings.Store with { Type = StoreType.Postgres, Connection = database, Lanes = 2, Readers = 8 },
        Member = settings.Member with { Name = name, Port = 0 },
        Worker = settings.Worker with { LeaseGrace = Grace },
        Engine = settings.Engine with { Entities = settings.Engine.Entities with { AskTimeout = askTimeout ?? settings.Engine.Entities.AskTimeout } },
    }, token: token);
}
