using Cluster.Kit;
using Cluster.Kit.Postgres;
using Npgsql;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Some nodes on a PostgreSQL of their own.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly TempFolder _keys = new();
    private readonly PostgresServer _server;
    private readonly string _database;
    private readonly List<BenchNode> _nodes = [];
    private int _started;

    private BenchCluster(PostgresServer server, string database) => (_server, _database) = (server, database);

    public IReadOnlyList<BenchNode> Nodes => _nodes;

    public string Token => _nodes[0].Token;

    public static async Task<BenchCluster> StartAsync(int nodes)
    {
        var server = await PostgresServer.StartAsync();
        var cluster = new BenchCluster(server, await server.CreateDatabaseAsync());
        while (cluster.Nodes.Count < nodes)
            await cluster.AddAsync();
        return cluster;
    }

    /// <summary>Starts another node and waits until it has its share of the shards.</summary>
    public async Task AddAsync()
    {
        _nodes.Add(await BenchNode.StartAsync(withWorker: false, new Dictionary<string, string>
        {
            ["CLUSTER__STORE__TYPE"] = "postgres",
            ["CLUSTER__STORE__CONNECTION"] = _database,
            ["CLUSTER__DATA_DIR"] = _keys.Path,
            ["CLUSTER__MEMBER__NAME"] = NameOf(_started++),
            ["CLUSTER__MEMBER__PORT"] = "0",
        }));
        await BalancedAsync();
    }

    /// <summary>The last node dies.</summary>
    /// <returns>The shards it owned.</returns>
    public async Task<HashSet<int>> KillLastAsync()
    {
        var shards = await ReadAsync(
            $"select shard_id from shard s join member m on m.node_id = s.owner where m.name = '{NameOf(_started - 1)}'");
        _nodes[^1].Kill();
        _nodes.RemoveAt(_nodes.Count - 1);
        return [.. shards];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _server.DisposeAsync();
        _keys.Dispose();
    }

    private static string NameOf(int number) => $"bench-{number}";

    private async Task BalancedAsync()
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        var least = 256 / _nodes.Count / 2;
        while (true)
        {
            var owned = await ReadAsync("select count(*)::int from shard where owner is not null group by owner");
            if (owned.Count == _nodes.Count && owned.Sum() == 256 && owned.Min() >= least)
                return;
            if (since.Elapsed > s_patience)
                throw new BenchFailedException($"shards are spread as {string.Join('/', owned)} over {_nodes.Count} nodes");
            await Task.Delay(100);
        }
    }

    private async Task<List<int>> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<int>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetInt32(0));
        return rows;
    }
}
