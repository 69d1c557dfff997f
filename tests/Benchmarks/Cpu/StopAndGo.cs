using System.Runtime.InteropServices;

namespace Cluster.Benchmarks.Cpu;

/// <summary>
/// Lets the processes run one after the other, each for its share of a short period, and stops them in between. Coarser than
/// a quota: a process that has work for two cores gets both while it runs, and one that has none wastes its turn.
/// </summary>
internal sealed class StopAndGo : CpuLimit
{
    private const int SignalContinue = 18;
    private const int SignalStop = 19;
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(40);

    private readonly IReadOnlyList<int> _processes;
    private readonly TimeSpan _turn;
    private readonly TimeSpan _rest;
    private readonly Thread _thread;
    private volatile bool _isOver;

    public StopAndGo(IReadOnlyList<int> processes, int percent)
    {
        _processes = processes;
        _turn = s_period * percent / 100;
        _rest = s_period - (_turn * processes.Count);
        if (_rest < TimeSpan.Zero)
            throw new BenchFailedException($"without control groups {processes.Count} nodes cannot have {percent} % of a core each");
        _thread = new Thread(Run) { IsBackground = true, Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    public override string Means => "stopping and continuing";

    public override void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Run()
    {
        SignalAll(SignalStop);
        while (!_isOver)
        {
            foreach (var process in _processes)
            {
                _ = Kill(process, SignalContinue);
                Thread.Sleep(_turn);
                _ = Kill(process, SignalStop);
            }

            Thread.Sleep(_rest);
        }

        SignalAll(SignalContinue);
    }

    private void SignalAll(int signal)
    {
        foreach (var process in _processes)
            _ = Kill(process, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int process, int signal);
}
