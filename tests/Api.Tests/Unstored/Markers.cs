using System.Text;

namespace Api.Tests.Unstored;

/// <summary>Random texts that are planted wherever data can enter, and looked for wherever it could have been left.</summary>
internal sealed class Markers
{
    /// <summary>All markers begin with it, so that a file is looked through for one text.</summary>
    private readonly string _prefix = $"Mk{Guid.NewGuid():N}";
    private readonly List<string> _planted = [];

    public string New()
    {
        var marker = $"{_prefix}{_planted.Count}x";
        _planted.Add(marker);
        return marker;
    }

    /// <summary>The markers that are in a text.</summary>
    public string[] In(string text) => [.. _planted.Where(marker => text.Contains(marker, StringComparison.OrdinalIgnoreCase))];

    /// <summary>Files below a folder that have a marker: as it is, in UTF-16 or in base64 at any offset.</summary>
    public string[] InFiles(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsIn)];

    private bool IsIn(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (IOException) when (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            // A socket, or a file that was removed meanwhile.
            return false;
        }

        return Forms(_prefix).Any(form => bytes.AsSpan().IndexOf(form) >= 0);
    }

    private static IEnumerable<byte[]> Forms(string marker)
    {
        yield return Encoding.UTF8.GetBytes(marker);
        yield return Encoding.Unicode.GetBytes(marker);
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string(' ', offset) + marker));

            // The first and last groups depend on the neighbours.
            yield return Encoding.ASCII.GetBytes(text[4..^4]);
        }
    }
}
