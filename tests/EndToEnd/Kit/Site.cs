using Cluster.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Kit;

/// <summary>A data folder and settings, and the node that lives there, over one life or several.</summary>
internal sealed class Site : IAsyncDisposable
{
    private const int LogLinesShown = 400;
    private readonly TempFolder _folder = new();
    private readonly List<NodeProcess> _lives = [];

    /// <param name="settings">Settings that differ from the usual ones of a test, by environment variable.</param>
    public Site(params (string Name, string Value)[] settings)
    {
        Settings = new Dictionary<string, string>
        {
            ["CLUSTER__DATA_DIR"] = DataFolder,
            ["CLUSTER__HTTP__PORT"] = "0",
            ["CLUSTER__WORKER__SCRIPT"] = Repository.WorkerScript,
            ["CLUSTER__WORKER__REPO_DIR"] = Repository.Adaptors,
            ["CLUSTER__WORKER__OFFLINE"] = "true",
            ["CLUSTER__WORKER__LEASE_GRACE"] = "2s",
        };
        foreach (var (name, value) in settings) Settings[name] = value;
        Settings.TryAdd(KeyShares.SecondFileSetting, KeyShares.Make(KeysFolder));
    }

    public Dictionary<string, string> Settings { get; }

    public string DataFolder => _folder.File("data");

    /// <summary>Holds the shares, the workers' secret and the run tokens' key.</summary>
    public string KeysFolder => Settings.GetValueOrDefault("CLUSTER__KEYS_DIR", Path.Combine(DataFolder, "keys"));

    public string Database => Path.Combine(DataFolder, "cluster.db");

    public string WorkerSecret => File.ReadAllText(Path.Combine(KeysFolder, "worker.secret"));

    /// <summary>An API token of the first super user; one is made at the first start unless it is given.</summary>
    public string Token { get; set; } = "";

    /// <summary>Shown at the first start only, by the node that makes the keys; given if the keys are.</summary>
    public string SetupToken { get; set; } = "";

    /// <summary>The present or last life.</summary>
    public NodeProcess Node => _lives[^1];

    public ApiClient Api { get; private set; } = null!;

    /// <summary>All that the nodes of this site printed.</summary>
    public string Log => string.Join('\n', _lives.Select(node => node.Output.Text + "\n" + node.Errors.Text));

    public static async Task<Site> StartedAsync(params (string Name, string Value)[] settings)
    {
        var site = new Site(settings);
        await site.StartAsync();
        return site;
    }

    /// <summary>Starts a node, which must become ready.</summary>
    public async Task StartAsync()
    {
        var node = Begin();
        var listening = await node.Output.LineAsync(@"Now listening on: (\S+)").WaitAsync(Until.Bound)
            ?? throw new InvalidOperationException($"The node ended instead of listening:\n{Log}");
        var address = new Uri(listening.Groups[1].Value);
        if (Token.Length == 0)
        {
            if (SetupToken.Length == 0) SetupToken = (await node.Output.LineAsync(@"cset_[\w-]+"))!.Value;
            Token = await FirstUser.ApiTokenAsync(address, SetupToken);
        }

        Api?.Dispose();
        Api = new ApiClient(address, Token);
        await Api.ReadyAsync();
    }

    /// <summary>Starts a node without waiting for anything, for one that is not to come far.</summary>
    public NodeProcess Begin()
    {
        _lives.Add(NodeProcess.Start(Settings));
        return Node;
    }

    /// <summary>Stops the node as an operator does.</summary>
    public async Task StopAsync(TimeSpan? within = null)
    {
        Node.Terminate();
        Assert.Equal(0, await Node.ExitCodeAsync(within ?? Until.Bound));
    }

    /// <summary>Shown by the runner beside a test that failed.</summary>
    public void WriteLog(ITestOutputHelper output)
    {
        foreach (var line in Log.Split('\n').TakeLast(LogLinesShown)) output.WriteLine(line);
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        foreach (var life in _lives) await life.DisposeAsync();
        _folder.Dispose();
    }
}
