using System.Net;
using Api.Hosting;
using Cluster.Kit.Postgres;

namespace Api.Tests.Fixtures;

/// <summary>Nodes on either store.</summary>
internal static class AnyStore
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>A node that is ready, alone on a store of its own.</summary>
    public static async Task<TestNode> StartAsync(StoreType store)
    {
        if (store == StoreType.Sqlite) return await TestNode.StartAsync();
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var node = await TestNode.StartAsync(settings => settings with
        {
            Store = settings.Store with { Type = store, Connection = database, Lanes = 2, Readers = 8 },
            Member = settings.Member with { Port = 0 },
        });
        using var limit = new CancellationTokenSource(s_patience);
        while ((await node.Client.GetAsync("/health/ready", null)).Status != HttpStatusCode.OK) await Task.Delay(20, limit.Token);
        return node;
    }
}
