using System.Text.Json;
using Cluster.Kit;
using Cluster.Kit.Postgres;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Nodes;

/// <summary>Nodes, each a process, on one PostgreSQL database and one folder of keys.</summary>
internal sealed class SharedStore : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<Site> _sites = [];
    private readonly PostgresServer _server;
    private readonly string _database;

    private SharedStore(PostgresServer server, string database) => (_server, _database) = (server, database);

    public static async Task<SharedStore> MakeAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return new SharedStore(server, await server.CreateDatabaseAsync());
    }

    /// <summary>Of keys that were made before the first node; empty if that makes them.</summary>
    public string SetupToken { get; set; } = "";

    /// <summary>Starts a node; the first one is set up.</summary>
    public Task<Site> StartNodeAsync(string name, params (string Name, string Value)[] settings) =>
        StartNodeAsync(name, _sites.Count > 0 ? _sites[0].Token : "", settings);

    private async Task<Site> StartNodeAsync(string name, string token, params (string Name, string Value)[] settings)
    {
        var site = new Site(
        [
            ("CLUSTER__KEYS_DIR", _folder.File("keys")),
            ("CLUSTER__STORE__TYPE", "postgres"),
            ("CLUSTER__STORE__CONNECTION", _database),
            ("CLUSTER__MEMBER__NAME", name),
            ("CLUSTER__MEMBER__PORT", "0"),
            .. settings,
        ]);
        site.Token = token;
        site.SetupToken = SetupToken;
        _sites.Add(site);
        await site.StartAsync();
        return site;
    }

    /// <summary>The cluster as a node sees it, once it is as expected.</summary>
    public static Task<ClusterSeen> SeenAsync(ApiClient api, string what, Func<ClusterSeen, bool> isExpected) =>
        Until.SomeAsync(what, async () => await SeeAsync(api) is var seen && isExpected(seen) ? seen : null);

    public void WriteLog(ITestOutputHelper output)
    {
        foreach (var site in _sites) site.WriteLog(output);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var site in _sites) await site.DisposeAsync();
        await _server.DropDatabaseAsync(_database);
        _folder.Dispose();
    }

    private static async Task<ClusterSeen> SeeAsync(ApiClient api) =>
        JsonSerializer.Deserialize<ClusterSeen>(await api.TextAsync("/v1/cluster"), JsonSerializerOptions.Web)!;
}

internal sealed record ClusterSeen(string Store, IReadOnlyList<NodeSeen> Nodes, ShardsSeen Shards)
{
    public bool IsBalanced(int nodes) =>
        Nodes.Count == nodes && Nodes.All(node => node.State == "up" && node.Shards > 0) && Shards is { Owned: 256, Unowned: 0 };
}

internal sealed record NodeSeen(Guid Id, string Name, string State, int Shards, bool Self);

internal sealed record ShardsSeen(int Count, int Owned, int Unowned);
