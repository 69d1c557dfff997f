using Cluster.Kit;
using Cluster.Sharding;

namespace Cluster.Benchmarks.Nodes;

/// <summary>One node, or some on a PostgreSQL of their own, with all that they keep in a throw-away place.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly IReadOnlyDictionary<string, string> s_noSettings = new Dictionary<string, string>();
    private readonly TempFolder _data;
    private readonly NodeStore _store;
    private readonly bool _withWorker;
    private IReadOnlyDictionary<string, string> _settings;
    private readonly List<BenchNode> _nodes = [];
    private int _started;

    private BenchCluster(TempFolder data, NodeStore store, bool withWorker, IReadOnlyDictionary<string, string>? settings)
    {
        _data = data;
        _store = store;
        _withWorker = withWorker;
        _settings = settings ?? s_noSettings;
    }

    public IReadOnlyList<BenchNode> Nodes => _nodes;

    /// <summary>The first node; of most benches the only one.</summary>
    public BenchNode Node => _nodes[0];

    public string Token => Node.Token;

    public NodeStore Store => _store;

    /// <summary>Holds the shares of the master key.</summary>
    public string KeysFolder => Path.Combine(_data.Path, "keys");

    /// <param name="settings">Environment variables of every node.</param>
    public static async Task<BenchCluster> StartAsync(
        string store, int nodes = 1, bool withWorker = false, IReadOnlyDictionary<string, string>? settings = null)
    {
        var data = new TempFolder();
        var cluster = new BenchCluster(data, await NodeStore.OpenAsync(store, data), withWorker, settings);
        try
        {
            while (cluster.Nodes.Count < nodes)
                await cluster.AddAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts another node and waits until it has its share of the shards.</summary>
    public async Task AddAsync()
    {
        _nodes.Add(await BenchNode.StartAsync(_data.Path, _withWorker, SettingsOf(NameOf(_started++))));
        if (_store.IsShared)
            await BalancedAsync();
    }

    /// <summary>Kills the last node with -9 and starts another one with default settings.</summary>
    public async Task ReplaceLastAsync()
    {
        await _nodes[^1].DisposeAsync();
        _nodes.RemoveAt(_nodes.Count - 1);
        _settings = s_noSettings;
        await AddAsync();
    }

    /// <summary>Runs a command of the node's program beside the nodes.</summary>
    public Task<string> CommandAsync(params string[] command) => BenchNode.CommandAsync(_data.Path, SettingsOf("command"), command);

    /// <summary>All nodes die.</summary>
    public async Task KillAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _nodes.Clear();
    }

    /// <summary>What a node that is started on this store says of its readiness. It is ended again.</summary>
    public async Task<string> ReadinessAsync()
    {
        await using var node = await BenchNode.StartAsync(_data.Path, withWorker: false, SettingsOf(NameOf(_started++)));
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(node.Url, "/health/ready"));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The last node dies.</summary>
    /// <returns>The shards it owned.</returns>
    public async Task<HashSet<int>> KillLastAsync()
    {
        var shards = await _store.ReadAsync(
            $"select shard_id from shard s join member m on m.node_id = s.owner where m.name = '{NameOf(_started - 1)}'");
        _nodes[^1].Kill();
        _nodes.RemoveAt(_nodes.Count - 1);
        return [.. shards];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _store.DisposeAsync();
        _data.Dispose();
    }

    private Dictionary<string, string> SettingsOf(string name)
    {
        var settings = new Dictionary<string, string>(_settings);
        _store.Configure(settings, name);
        return settings;
    }

    private static string NameOf(int number) => $"bench-{number}";

    private async Task BalancedAsync()
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        var least = ShardMap.ShardCount / _nodes.Count / 2;
        while (true)
        {
            var owned = await _store.ReadAsync("select count(*)::int from shard where owner is not null group by owner");
            if (owned.Count == _nodes.Count && owned.Sum() == ShardMap.ShardCount && owned.Min() >= least)
                return;
            if (since.Elapsed > s_patience)
                throw new BenchFailedException($"shards are spread as {string.Join('/', owned)} over {_nodes.Count} nodes");
            await Task.Delay(100);
        }
    }
}
