using System.Diagnostics;

namespace EndToEnd.Kit;

/// <summary>
/// One life of a node: a process that leads a group of its own, in which its worker and the worker's children are. What
/// is left of the group is killed when this is disposed.
/// </summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _read;

    private NodeProcess(Process process)
    {
        _process = process;
        _read = ReadAsync();
    }

    public int Id => _process.Id;

    public ProcessOutput Output { get; } = new();

    public ProcessOutput Errors { get; } = new();

    public bool HasExited => _process.HasExited;

    /// <param name="settings">Environment variables, the only ones with the node's prefix.</param>
    public static NodeProcess Start(IReadOnlyDictionary<string, string> settings) =>
        StartProgram("dotnet", [Repository.NodeAssembly], settings);

    /// <summary>A program that starts nodes in its turn.</summary>
    public static NodeProcess StartProgram(string program, string[] arguments, IReadOnlyDictionary<string, string> settings)
    {
        // setsid replaces itself by the program, which so keeps the id and leads the group.
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in arguments.Prepend(program)) start.ArgumentList.Add(argument);
        var inherited = start.Environment.Keys.Where(name => name.StartsWith("CLUSTER__", StringComparison.Ordinal));
        foreach (var name in inherited.ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new NodeProcess(Process.Start(start)!);
    }

    /// <summary>The worker process; waits until the node has started one.</summary>
    public async Task<int> WorkerAsync()
    {
        IReadOnlyList<int> workers = [];
        await Until.TrueAsync("the node has a worker process", () => (workers = ProcessTable.ChildrenOf(Id)).Count > 0);
        return workers[0];
    }

    /// <summary>SIGKILL to the node alone.</summary>
    public void Kill() => ProcessTable.Signal(Id, ProcessTable.SigKill);

    /// <summary>SIGKILL to node, worker and the worker's children at once.</summary>
    public void KillAll() => ProcessTable.SignalGroup(Id, ProcessTable.SigKill);

    /// <summary>SIGINT to the process, as Ctrl-C sends it.</summary>
    public void Interrupt() => ProcessTable.Signal(Id, ProcessTable.SigInt);

    /// <summary>SIGTERM to the node, as an operator stops it.</summary>
    public void Terminate() => ProcessTable.Signal(Id, ProcessTable.SigTerm);

    public async Task<int> ExitCodeAsync(TimeSpan within)
    {
        await _process.WaitForExitAsync().WaitAsync(within);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        KillAll();
        await _process.WaitForExitAsync();
        await _read.WaitAsync(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        await Task.WhenAll(Output.ReadAsync(_process.StandardOutput), Errors.ReadAsync(_process.StandardError));
        Output.End();
        Errors.End();
    }
}
