using Cluster.Kit;
using Cluster.Kit.Postgres;
using Npgsql;
using Xunit.Abstractions;

namespace EndToEnd.Kit;

/// <summary>Several nodes on one PostgreSQL of their own, with keys and adaptors in one folder.</summary>
internal sealed class ClusterSite : IAsyncDisposable
{
    private const int LogLinesShown = 250;
    private readonly TempFolder _folder = new();
    private readonly PostgresServer _server;
    private readonly List<ClusterNode> _nodes = [];

    private ClusterSite(PostgresServer server, string database)
    {
        _server = server;
        Database = new DatabaseView(database);
    }

    public PostgresServer Server => _server;

    /// <summary>The database as a stranger reads it, past all faulty wires.</summary>
    public DatabaseView Database { get; }

    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    public string Token { get; private set; } = "";

    /// <summary>Data folder of all nodes.</summary>
    public string DataFolder => _folder.File("data");

    public string KeysFolder => Path.Combine(DataFolder, "keys");

    public string WorkerSecret => File.ReadAllText(Path.Combine(KeysFolder, "worker.secret"));

    /// <summary>Opens what the nodes stored.</summary>
    public Task<StoreOpener> OpenerAsync() => StoreOpener.OfPostgresAsync(Database.ConnectionString, KeysFolder);

    /// <param name="isLastClockFake">Whether the last node has a wall clock of its own. That makes it slower.</param>
    /// <param name="settings">Settings of all nodes that differ from the usual ones of a test, by environment variable.</param>
    public static async Task<ClusterSite> StartedAsync(int nodes, bool isLastClockFake, params (string Name, string Value)[] settings)
    {
        var server = await PostgresServer.StartAsync();
        var site = new ClusterSite(server, await server.CreateDatabaseAsync());
        try
        {
            for (var number = 1; number <= nodes; number++) site.AddNode($"n{number}", isLastClockFake && number == nodes, settings);

            // The first makes the keys and the tables that all use.
            await site.Nodes[0].StartAsync();
            site.Token = await FirstUser.ApiTokenAsync(site.Nodes[0].Address, await site.Nodes[0].SetupTokenAsync());
            await Task.WhenAll(site.Nodes.Skip(1).Select(node => node.StartAsync()));
            await site.SettledAsync();
            return site;
        }
        catch (Exception e)
        {
            var log = string.Join('\n', site.Nodes.Select(node => node.Log));
            await site.DisposeAsync();
            throw new InvalidOperationException($"The cluster did not start: {e.Message}\n{log}", e);
        }
    }

    public ApiClient ApiOf(ClusterNode node) => new(node.Address, Token);

    public Task ReadyAsync(ClusterNode node) => Until.TrueAsync($"node {node.Name} is ready", async () =>
    {
        using var api = ApiOf(node);
        return await api.IsReadyAsync();
    });

    /// <summary>Every node runs, is a member and ready, and together they own every shard.</summary>
    public async Task SettledAsync(TimeSpan? within = null)
    {
        await Until.TrueAsync("all shards are owned by the running nodes, all of which own some", async () =>
        {
            var owners = await Database.OwnersAsync();
            return owners is not null && !owners.Contains(Guid.Empty)
                && owners.ToHashSet().SetEquals(Nodes.Where(node => node.IsRunning).Select(node => node.Id));
        }, within ?? TimeSpan.FromMinutes(3));
        foreach (var node in Nodes.Where(node => node.IsRunning)) await ReadyAsync(node);
    }

    /// <summary>Shown by the runner beside a test that failed.</summary>
    public void WriteLog(ITestOutputHelper output)
    {
        foreach (var node in Nodes)
        {
            output.WriteLine($"--- node {node.Name}");
            foreach (var line in node.Log.Split('\n').TakeLast(LogLinesShown)) output.WriteLine(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private void AddNode(string name, bool isClockFake, (string Name, string Value)[] settings)
    {
        var direct = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        var all = new Dictionary<string, string>
        {
            ["CLUSTER__DATA_DIR"] = _folder.File("data"),
            [KeyShares.SecondFileSetting] = KeyShares.Make(Path.Combine(_folder.File("data"), "keys")),
            ["CLUSTER__STORE__CONNECTION"] = $"Host=127.0.0.1;Username={direct.Username};Database={direct.Database}",
            ["CLUSTER__WORKER__SCRIPT"] = Repository.WorkerScript,
            ["CLUSTER__WORKER__REPO_DIR"] = Repository.Adaptors,
            ["CLUSTER__WORKER__OFFLINE"] = "true",
            ["CLUSTER__WORKER__LEASE_GRACE"] = "3s",
        };
        foreach (var (key, value) in settings) all[key] = value;
        var clock = isClockFake ? new FakeClock(_folder.File(name + ".clock")) : null;
        _nodes.Add(new ClusterNode(name, direct.Port, DialerOf, clock, all));
    }

    private ClusterNode? DialerOf(int port)
    {
        var running = _nodes.Where(node => node.IsRunning).ToDictionary(node => node.Process.Id);
        return SocketTable.OwnerOf(port, running.Keys) is { } process ? running[process] : null;
    }
}
