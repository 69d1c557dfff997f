using System.Runtime.InteropServices;
using EndToEnd.Kit;

namespace EndToEnd.Markers;

/// <summary>Looks for markers in bytes, whatever form they have.</summary>
internal sealed class MarkerSearch(IEnumerable<Marker> markers)
{
    private const int Window = 16 << 20;

    private readonly Dictionary<ulong, List<(Marker Marker, string Form, byte[] Bytes)>> _needles = ByBeginning(markers);

    /// <summary>Each marker with where it was found and in which form; the values themselves are not repeated.</summary>
    public List<string> Found { get; } = [];

    public void InBytes(string place, ReadOnlySpan<byte> bytes)
    {
        var begins = new bool[1 << 16];
        foreach (var beginning in _needles.Keys) begins[(ushort)beginning] = true;
        for (var at = 0; at + sizeof(ulong) <= bytes.Length; at++)
        {
            // Of nearly all places two bytes say that nothing begins there: a database has many, and so have the markers forms.
            var beginning = MemoryMarshal.Read<ulong>(bytes[at..]);
            if (!begins[(ushort)beginning] || !_needles.TryGetValue(beginning, out var needles)) continue;
            foreach (var (marker, form, needle) in needles)
            {
                if (bytes[at..].StartsWith(needle)) Found.Add($"{marker.What} in {place} as {form}");
            }
        }
    }

    public void InText(string place, string text) => InBytes(place, System.Text.Encoding.UTF8.GetBytes(text));

    /// <returns>How many files were looked through.</returns>
    public int InFolder(string folder)
    {
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // The node holds it open for itself alone, and writes nothing into it.
            if (path.EndsWith(".lock", StringComparison.Ordinal)) continue;
            InFile(path);
            count++;
        }

        return count;
    }

    /// <summary>Command lines and environments of processes.</summary>
    public void InProcesses(IEnumerable<int> processes)
    {
        foreach (var id in processes) InText($"arguments or environment of process {id}", ProcessTable.ArgumentsAndEnvironment(id));
    }

    private void InFile(string path)
    {
        var longest = _needles.Values.SelectMany(static needles => needles).Max(static needle => needle.Bytes.Length);
        var buffer = new byte[Window];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var kept = 0;
            while (file.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false) is var read and > 0)
            {
                InBytes(path, buffer.AsSpan(0, kept + read));
                var rest = Math.Min(longest, kept + read);
                buffer.AsSpan(kept + read - rest, rest).CopyTo(buffer);
                kept = rest;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was removed while others were looked through.
        }
    }

    private static Dictionary<ulong, List<(Marker Marker, string Form, byte[] Bytes)>> ByBeginning(IEnumerable<Marker> markers) => markers
        .SelectMany(static marker => marker.Forms().Select(form => (marker, form.Form, form.Bytes)))
        .GroupBy(static needle => MemoryMarshal.Read<ulong>(needle.Bytes))
        .ToDictionary(static group => group.Key, static group => group.ToList());
}
