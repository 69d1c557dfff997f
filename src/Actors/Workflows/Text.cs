using System.Text;

namespace Actors.Workflows;

/// <summary>What text of a workflow must be like. NUL is refused everywhere: PostgreSQL has no text with it.</summary>
internal static class Text
{
    /// <summary>Something to read, on one line.</summary>
    public static bool IsLine(string text, int most) =>
        text.Length <= most && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    public static bool Fits(string text, int bytes) => Encoding.UTF8.GetByteCount(text) <= bytes && !text.Contains('\0');
}
