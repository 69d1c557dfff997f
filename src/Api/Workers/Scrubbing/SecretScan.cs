using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Api.Workers.Scrubbing;

/// <summary>Finds any of many texts in one pass and hides what it finds.</summary>
internal sealed class SecretScan
{
    public const string Mask = "***";
    private readonly SearchValues<string> _all;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _exact;

    /// <summary>By first character, the longest first.</summary>
    private readonly FrozenDictionary<char, string[]> _byFirst;

    public SecretScan(IEnumerable<string> forms)
    {
        var distinct = forms.ToFrozenSet(StringComparer.Ordinal);
        Shortest = distinct.Min(static form => form.Length);
        _all = SearchValues.Create([.. distinct], StringComparison.Ordinal);
        _exact = distinct.GetAlternateLookup<ReadOnlySpan<char>>();
        _byFirst = distinct.GroupBy(static form => form[0])
            .ToFrozenDictionary(static group => group.Key, static group => group.OrderByDescending(static form => form.Length).ToArray());
    }

    /// <summary>Length of the shortest form, in characters: what is shorter holds none.</summary>
    public int Shortest { get; }

    public bool IsIn(ReadOnlySpan<char> text) => text.ContainsAny(_all);

    public bool Is(ReadOnlySpan<char> text) => _exact.Contains(text);

    /// <summary>Matches that overlap are hidden as one, so that nothing of the second is left beside the first.</summary>
    public string Hide(string text)
    {
        var hidden = new StringBuilder(text.Length);
        var shown = 0;
        while (Next(text, shown) is var start and >= 0)
        {
            var end = EndOf(text, start);
            hidden.Append(text, shown, start - shown).Append(Mask);
            shown = end;
        }

        return shown == 0 ? text : hidden.Append(text, shown, text.Length - shown).ToString();
    }

    private int Next(string text, int from) => text.AsSpan(from).IndexOfAny(_all) is var at and >= 0 ? from + at : -1;

    private int EndOf(string text, int start)
    {
        var end = start + LongestAt(text.AsSpan(start));
        for (var next = Next(text, start + 1); next >= 0 && next < end; next = Next(text, next + 1))
            end = Math.Max(end, next + LongestAt(text.AsSpan(next)));
        return end;
    }

    private int LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var form in _byFirst[text[0]])
        {
            if (text.StartsWith(form, StringComparison.Ordinal)) return form.Length;
        }

        throw new InvalidOperationException("A match begins with what was matched.");
    }
}
