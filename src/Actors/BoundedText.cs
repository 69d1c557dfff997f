namespace Actors;

/// <summary>Text from outside, made fit for being stored.</summary>
internal static class BoundedText
{
    public const int ErrorTypeLength = 200;
    public const int ErrorMessageLength = 4_000;

    /// <summary>At most <paramref name="max"/> characters. NUL is replaced: PostgreSQL has no text with it, and one such
    /// row would fail every run of its batch.</summary>
    public static string? Of(string? text, int max)
    {
        if (text is null) return null;
        if (text.Length > max) text = text[..CutBefore(text, max)];
        return text.Contains('\0') ? text.Replace('\0', '\uFFFD') : text;
    }

    private static int CutBefore(string text, int max) => char.IsHighSurrogate(text[max - 1]) ? max - 1 : max;
}
