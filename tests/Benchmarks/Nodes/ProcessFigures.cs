using System.Globalization;

namespace Cluster.Benchmarks.Nodes;

/// <summary>CPU time and resident memory as Linux tells them.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;
    private const int Parent = 1;
    private static readonly Range s_own = 11..13;
    private static readonly Range s_ofEndedChildren = 13..15;

    public static TimeSpan Cpu(int process) => Cpu(process, s_own);

    public static TimeSpan CpuOfEndedChildren(int process) => Cpu(process, s_ofEndedChildren);

    /// <summary>Of a process and of all below it, those included that have ended: a server ends processes while it is looked at.</summary>
    public static TimeSpan CpuOfTree(int process) => Descendants(process)
        .Append(process)
        .Aggregate(TimeSpan.Zero, static (sum, id) => sum + Cpu(id) + CpuOfEndedChildren(id));

    public static double ResidentMb(int process)
    {
        var path = $"/proc/{process}/status";
        if (!File.Exists(path))
            return 0;
        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>All living processes below this one.</summary>
    public static IReadOnlyList<int> Descendants(int process)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Parent: StatOf(id) is { } stat ? int.Parse(stat[Parent], CultureInfo.InvariantCulture) : 0))
            .ToLookup(entry => entry.Parent, entry => entry.Id);
        var found = new List<int>(parents[process]);
        for (var i = 0; i < found.Count; i++)
            found.AddRange(parents[found[i]]);
        return found;
    }

    /// <summary>User and system time.</summary>
    private static TimeSpan Cpu(int process, Range fields) => TimeSpan.FromSeconds(
        (StatOf(process)?[fields] ?? []).Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond);

    /// <summary>Fields behind the name, which may hold anything.</summary>
    private static string[]? StatOf(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
