using System.Globalization;

namespace Cluster.Benchmarks.Cpu;

/// <summary>CPU time of everything on this machine since it started.</summary>
internal static class MachineCpu
{
    private const double TicksPerSecond = 100;
    private const int Idle = 4;
    private const int WaitingForDisk = 5;
    private const int Kinds = 8;

    /// <summary>Time in which cores had work, all cores together.</summary>
    public static TimeSpan Busy()
    {
        // "cpu" and ten columns, of which the last two are counted in the first two already.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ticks = Enumerable.Range(1, Kinds).Where(i => i is not (Idle or WaitingForDisk))
            .Sum(i => long.Parse(fields[i], CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
