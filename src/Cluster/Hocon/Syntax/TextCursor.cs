namespace Cluster.Hocon.Syntax;

/// <summary>Walks through a text and knows where it is.</summary>
internal sealed class TextCursor(string text, string file)
{
    private int _line = 1;
    private int _column = 1;

    public string Text { get; } = text;

    public int Index { get; private set; }

    public bool AtEnd => Index >= Text.Length;

    public HoconPosition Position => new(file, _line, _column);

    /// <summary>The character <paramref name="ahead"/> places on; NUL behind the end.</summary>
    public char Peek(int ahead = 0) => Index + ahead < Text.Length ? Text[Index + ahead] : '\0';

    public bool StartsWith(string expected) => Text.AsSpan(Index).StartsWith(expected, StringComparison.Ordinal);

    public void Skip(int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            var newline = Text[Index++] == '\n';
            _line += newline ? 1 : 0;
            _column = newline ? 1 : _column + 1;
        }
    }

    public string SliceFrom(int start) => Text[start..Index];
}
