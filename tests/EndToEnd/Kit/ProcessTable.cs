using System.Globalization;
using System.Runtime.InteropServices;

namespace EndToEnd.Kit;

/// <summary>Processes as the kernel shows them. Linux only, like the signals.</summary>
internal static class ProcessTable
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    public static IReadOnlyList<int> ChildrenOf(int parent) =>
        [.. All().Where(process => process.Parent == parent).Select(process => process.Id)];

    /// <summary>All that descend from a process, the process itself not included.</summary>
    public static IReadOnlyList<int> DescendantsOf(int ancestor)
    {
        var all = All();
        var found = new List<int> { ancestor };
        for (var at = 0; at < found.Count; at++)
        {
            found.AddRange(all.Where(process => process.Parent == found[at]).Select(process => process.Id));
        }

        return found[1..];
    }

    /// <summary>A zombie is gone: it only waits for its parent to notice.</summary>
    public static bool IsAlive(int id) => Stat(id) is { State: not ('Z' or 'X') };

    public static long ResidentBytes(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Command line and environment, or nothing of a process that has gone meanwhile.</summary>
    public static string ArgumentsAndEnvironment(int id) => Read($"/proc/{id}/cmdline") + "\n" + Read($"/proc/{id}/environ");

    public static string Environment(int id) => Read($"/proc/{id}/environ");

    /// <returns>False if there is no such process any more.</returns>
    public static bool Signal(int id, int signal) => Kill(id, signal) == 0;

    public static void SignalGroup(int group, int signal) => _ = Kill(-group, signal);

    private static List<(int Id, int Parent, char State)> All()
    {
        var all = new List<(int, int, char)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && Stat(id) is { State: not ('Z' or 'X') } stat)
            {
                all.Add((id, stat.Parent, stat.State));
            }
        }

        return all;
    }

    private static (int Parent, char State)? Stat(int id)
    {
        var text = Read($"/proc/{id}/stat");
        if (text.Length == 0) return null;

        // The name in parentheses may hold anything.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0][0]);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int id, int signal);
}
