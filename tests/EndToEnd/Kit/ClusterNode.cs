using Cluster.Kit.Network;

namespace EndToEnd.Kit;

/// <summary>A node of a cluster over its lives. It reaches the database, and the others reach it, over wires that tests may cut.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    /// <summary>Of a start on a machine that has much else to do.</summary>
    private static readonly TimeSpan s_startBound = TimeSpan.FromMinutes(4);

    private readonly Dictionary<string, string> _settings;
    private readonly FaultyProxy _database;
    private readonly FaultyProxy _peers;
    private readonly Dictionary<ClusterNode, Link> _from = [];
    private readonly List<NodeProcess> _lives = [];
    private readonly Link _unknown = new();

    /// <param name="dialerOf">Which node a connection comes from, by its port.</param>
    public ClusterNode(
        string name, int databasePort, Func<int, ClusterNode?> dialerOf, FakeClock? clock,
        IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        Clock = clock;
        _database = new FaultyProxy(databasePort, _ => Database);
        _peers = new FaultyProxy(0, port => dialerOf(port) is { } other ? From(other) : _unknown);
        _settings = new Dictionary<string, string>(settings)
        {
            ["CLUSTER__MEMBER__NAME"] = name,
            ["CLUSTER__MEMBER__PORT"] = "0",
            ["CLUSTER__MEMBER__ADVERTISE_PORT"] = $"{_peers.Port}",
            ["CLUSTER__HTTP__PORT"] = "0",
            ["CLUSTER__STORE__TYPE"] = "postgres",
            ["CLUSTER__STORE__CONNECTION"] = settings["CLUSTER__STORE__CONNECTION"] + $";Port={_database.Port}",
        };
        foreach (var (key, value) in clock?.Environment ?? new Dictionary<string, string>()) _settings[key] = value;
    }

    public string Name { get; }

    /// <summary>The wire to the database.</summary>
    public Link Database { get; } = new();

    /// <summary>Its wall clock if that can be set; null if it is the machine's.</summary>
    public FakeClock? Clock { get; }

    /// <summary>Id of the present life as the member table has it.</summary>
    public Guid Id { get; private set; }

    /// <summary>The present or last life.</summary>
    public NodeProcess Process => _lives[^1];

    /// <summary>Where clients find the present life.</summary>
    public Uri Address { get; private set; } = null!;

    public bool IsRunning => _lives.Count > 0 && !Process.HasExited;

    public string Log => string.Join('\n', _lives.Select(life => life.Output.Text + "\n" + life.Errors.Text));

    /// <summary>The wire over which another node calls this one.</summary>
    public Link From(ClusterNode other)
    {
        lock (_from)
        {
            if (!_from.TryGetValue(other, out var link)) _from.Add(other, link = new Link());
            return link;
        }
    }

    /// <summary>Starts a life; it is listening, but perhaps not ready, when this ends.</summary>
    public async Task StartAsync()
    {
        var process = NodeProcess.Start(_settings);
        _lives.Add(process);
        var transport = await LineAsync(@"Transport listens on \S+:(\d+)");
        _peers.Target = int.Parse(transport);
        Id = Guid.Parse(await LineAsync(@"\(([0-9a-f-]{36})\) joined the cluster"));
        Address = new Uri(await LineAsync(@"Now listening on: (\S+)"));
    }

    /// <summary>Starts a life that lacks shares of the master key: it listens and joins nobody.</summary>
    public async Task StartSealedAsync()
    {
        _lives.Add(NodeProcess.Start(_settings));
        await LineAsync("(SEALED)");
        Address = new Uri(await LineAsync(@"Now listening on: (\S+)"));
    }

    /// <summary>Runs a command of the node's program, such as <c>keys rotate</c>, with its settings.</summary>
    public Task<string> CommandAsync(params string[] command) =>
        Tool.RunAsync("env", [.. _settings.Select(setting => $"{setting.Key}={setting.Value}"), "dotnet", Repository.NodeAssembly, .. command]);

    /// <summary>The setup token, which only the first life of the first node prints.</summary>
    public async Task<string> SetupTokenAsync() => await LineAsync(@"(cset_[\w-]+)");

    /// <summary>The name under which the worker of the present life claims runs.</summary>
    public async Task<string> WorkerAsync() => await LineAsync(@"Worker (\S+) connected");

    /// <summary>SIGSTOP to node, worker and children, as a machine that stands still; or to the node alone.</summary>
    public void Pause(bool alone)
    {
        if (alone) ProcessTable.Signal(Process.Id, ProcessTable.SigStop);
        else ProcessTable.SignalGroup(Process.Id, ProcessTable.SigStop);
    }

    public void Resume() => ProcessTable.SignalGroup(Process.Id, ProcessTable.SigCont);

    public async ValueTask DisposeAsync()
    {
        foreach (var life in _lives) await life.DisposeAsync();
        Database.IsSilent = false;
        foreach (var link in _from.Values) link.IsSilent = false;
        await _database.DisposeAsync();
        await _peers.DisposeAsync();
    }

    private async Task<string> LineAsync(string pattern)
    {
        var line = await Process.Output.LineAsync(pattern).WaitAsync(s_startBound);
        return line?.Groups[1].Value
            ?? throw new InvalidOperationException($"Node {Name} ended before it printed '{pattern}':\n{Log}");
    }
}
