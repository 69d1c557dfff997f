using System.Globalization;

namespace Cluster.Benchmarks.Cpu;

/// <summary>A control group for each process, with a quota that the kernel keeps.</summary>
internal sealed class CgroupLimit : CpuLimit
{
    // Short, so that a node that has used its part goes on before anybody takes it for dead.
    private const int PeriodMicroseconds = 20_000;
    private const int RemoveTries = 20;

    private readonly string _root;
    private readonly List<(string Folder, int Process)> _groups = [];

    private CgroupLimit(string root)
    {
        _root = root;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public override string Means => "control groups";

    /// <returns>Null if the controller is absent or may not be used.</returns>
    public static CgroupLimit? TrySet(IReadOnlyList<int> processes, int percent)
    {
        foreach (var root in new[] { "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup" })
        {
            var limit = new CgroupLimit(root);
            try
            {
                foreach (var process in processes)
                    limit.Add(process, percent);
                return limit;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                limit.Dispose();
            }
        }

        return null;
    }

    public override void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        foreach (var (folder, process) in _groups)
        {
            Leave(process);
            Remove(folder);
        }
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();

    private void Add(int process, int percent)
    {
        var isUnified = File.Exists(Path.Combine(_root, "cgroup.controllers"));
        if (!isUnified && !File.Exists(Path.Combine(_root, "cpu.cfs_quota_us")))
            throw new IOException("There is no controller for CPU time.");
        if (isUnified)
            File.WriteAllText(Path.Combine(_root, "cgroup.subtree_control"), "+cpu");
        var folder = Path.Combine(_root, $"cluster-bench-{Environment.ProcessId}-{process}");
        Directory.CreateDirectory(folder);
        _groups.Add((folder, process));
        var (quota, period) = (Text(PeriodMicroseconds * percent / 100), Text(PeriodMicroseconds));
        if (isUnified)
        {
            File.WriteAllText(Path.Combine(folder, "cpu.max"), $"{quota} {period}");
        }
        else
        {
            File.WriteAllText(Path.Combine(folder, "cpu.cfs_period_us"), period);
            File.WriteAllText(Path.Combine(folder, "cpu.cfs_quota_us"), quota);
        }

        File.WriteAllText(Path.Combine(folder, "cgroup.procs"), Text(process));
    }

    private void Leave(int process)
    {
        try
        {
            File.WriteAllText(Path.Combine(_root, "cgroup.procs"), Text(process));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
        }
    }

    private static void Remove(string folder)
    {
        for (var left = RemoveTries; left > 0 && Directory.Exists(folder); left--)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // The kernel has not seen the last process off yet.
                Thread.Sleep(50);
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
