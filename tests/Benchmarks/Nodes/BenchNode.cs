using System.Diagnostics;
using Cluster.Kit;

namespace Cluster.Benchmarks.Nodes;

/// <summary>A node's process, started from the Release build.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private const string ListeningLine = "Now listening on: ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private readonly string _dataDir;
    private readonly bool _withWorker;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private Process _process;
    private TaskCompletionSource<string> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _worker = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _setupToken;
    private string? _token;

    private BenchNode(string dataDir, bool withWorker, IReadOnlyDictionary<string, string> settings)
    {
        _dataDir = dataDir;
        _withWorker = withWorker;
        _settings = settings;
        _process = Start();
    }

    /// <summary>Each line that the node prints.</summary>
    private event Action<string>? Printed;

    public int ProcessId => _process.Id;

    public string WorkerSecretPath => Path.Combine(_dataDir, "keys", "worker.secret");

    public Uri Url => new(_url.Task.Result);

    public string Token => _token ?? throw new BenchFailedException("the node showed no setup token");

    /// <param name="settings">Environment variables beyond those of every bench.</param>
    public static async Task<BenchNode> StartAsync(string dataDir, bool withWorker, IReadOnlyDictionary<string, string> settings)
    {
        var node = new BenchNode(dataDir, withWorker, settings);
        await node.ReadyAsync();
        return node;
    }

    /// <summary>Runs a command of the node's program, such as <c>keys rotate</c>, with the settings of a node.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> CommandAsync(string dataDir, IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        var start = StartInfo(dataDir, withWorker: false, settings);
        foreach (var word in command)
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? text
            : throw new BenchFailedException($"{string.Join(' ', command)} ended with {process.ExitCode}: {text}");
    }

    /// <summary>The next line that has a text in it.</summary>
    public Task<string> LineAsync(string text)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Printed += Look;
        return found.Task;

        void Look(string line)
        {
            if (!line.Contains(text, StringComparison.Ordinal))
                return;
            Printed -= Look;
            found.TrySetResult(line);
        }
    }

    /// <summary>SIGKILL, without waiting for anything.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Kills the node and starts it again on its store.</summary>
    /// <param name="meanwhile">What is done to the store between.</param>
    public async Task RestartAsync(Func<Task>? meanwhile = null)
    {
        await StopAsync();
        if (meanwhile is not null)
            await meanwhile();
        _process.Dispose();
        _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _worker = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Start();
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private Process Start()
    {
        var process = Process.Start(StartInfo(_dataDir, _withWorker, _settings))!;
        var url = _url;
        process.EnableRaisingEvents = true;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => url.TrySetException(new BenchFailedException("the node did not start"));
        process.BeginOutputReadLine();
        return process;
    }

    private async Task ReadyAsync()
    {
        await _url.Task.WaitAsync(StartTimeout);
        if (_setupToken is not null)
            _token ??= await FirstUser.ApiTokenAsync(Url, _setupToken);
        if (_withWorker)
            await _worker.Task.WaitAsync(StartTimeout);
    }

    private async Task StopAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        Printed?.Invoke(line);
        if (line.StartsWith(FirstUser.TokenLine, StringComparison.Ordinal))
            _setupToken = line[FirstUser.TokenLine.Length..];
        else if (line.IndexOf(ListeningLine, StringComparison.Ordinal) is var at and >= 0)
            _url.TrySetResult(line[(at + ListeningLine.Length)..]);
        else if (line.Contains("\"joined\"", StringComparison.Ordinal))
            _worker.TrySetResult();
    }

    private static ProcessStartInfo StartInfo(string dataDir, bool withWorker, IReadOnlyDictionary<string, string> settings)
    {
        var root = Root();
        var program = Path.Combine(root, "src", "Api", "bin", "Release", "net10.0", "cluster-node.dll");
        if (!File.Exists(program))
            throw new BenchFailedException($"{program} is missing: build src/Api with -c Release first");
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = root, RedirectStandardOutput = true };
        start.ArgumentList.Add(program);
        start.Environment["CLUSTER__DATA_DIR"] = dataDir;
        start.Environment[KeyShares.SecondFileSetting] = KeyShares.Make(Path.Combine(dataDir, "keys"));
        start.Environment["CLUSTER__HTTP__PORT"] = "0";
        start.Environment["CLUSTER__WORKER__ENABLED"] = withWorker ? "true" : "false";
        start.Environment["CLUSTER__WORKER__LOG_LEVEL"] = "info";
        start.Environment["CLUSTER__WORKER__REPO_DIR"] = Path.Combine(root, "artifacts", "adaptors");
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return start;
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                return folder.FullName;
        }

        throw new BenchFailedException("not inside the repository");
    }
}
