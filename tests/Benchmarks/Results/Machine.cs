using System.Globalization;
using System.Runtime.InteropServices;

namespace Cluster.Benchmarks.Results;

/// <summary>What figures depend on beside the program.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        return $"{Environment.ProcessorCount} cores, {memory} GB, {RuntimeInformation.OSArchitecture}, .NET {Environment.Version}";
    }

    /// <summary>Of the last minute; 0 where the system does not tell.</summary>
    public static double LoadAverage()
    {
        const string Path = "/proc/loadavg";
        return File.Exists(Path)
            ? double.Parse(File.ReadAllText(Path).Split(' ')[0], CultureInfo.InvariantCulture)
            : 0;
    }
}
