namespace Cluster.Benchmarks.Cpu;

/// <summary>Gives each of some processes the same share of a core, until it is disposed.</summary>
internal abstract class CpuLimit : IDisposable
{
    /// <summary>How it is done, for people.</summary>
    public abstract string Means { get; }

    /// <summary>By control groups if they can be used, else by stopping and continuing the processes.</summary>
    /// <param name="percent">Of one core, for each process.</param>
    public static CpuLimit Set(IReadOnlyList<int> processes, int percent) =>
        (CpuLimit?)CgroupLimit.TrySet(processes, percent) ?? new StopAndGo(processes, percent);

    public abstract void Dispose();
}
