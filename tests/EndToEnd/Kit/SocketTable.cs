using System.Globalization;

namespace EndToEnd.Kit;

/// <summary>Which process holds a TCP connection, as the kernel shows it. Linux only.</summary>
internal static class SocketTable
{
    private static readonly string[] s_tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The one of the processes whose connection comes from the local port; null if it is none of them.</summary>
    public static int? OwnerOf(int port, IEnumerable<int> processes)
    {
        var names = s_tables.SelectMany(File.ReadLines).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]").ToHashSet();
        foreach (var process in processes)
        {
            if (Handles(process).Any(names.Contains)) return process;
        }

        return null;
    }

    private static List<string> Handles(int process)
    {
        try
        {
            return [.. Directory.EnumerateFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"))
                .Select(path => new FileInfo(path).LinkTarget).OfType<string>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
