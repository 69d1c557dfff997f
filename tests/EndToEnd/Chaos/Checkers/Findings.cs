namespace EndToEnd.Chaos.Checkers;

/// <summary>What checkers found, by what it means to a user.</summary>
internal sealed class Findings
{
    private readonly List<string> _lost = [];
    private readonly List<string> _doubled = [];
    private readonly List<string> _reversed = [];

    public bool AreNone => _lost.Count + _doubled.Count + _reversed.Count == 0;

    public IEnumerable<string> All =>
    [
        .. _lost.Select(text => "lost: " + text),
        .. _doubled.Select(text => "doubled: " + text),
        .. _reversed.Select(text => "reversed: " + text),
    ];

    /// <summary>Something that was promised is not there or not finished.</summary>
    public void Lost(string text) => _lost.Add(text);

    /// <summary>Something is there more often than it was asked for, or two have written at once.</summary>
    public void Doubled(string text) => _doubled.Add(text);

    /// <summary>Something went back, or its order contradicts what clients saw.</summary>
    public void Reversed(string text) => _reversed.Add(text);

    public void Add(Findings other)
    {
        _lost.AddRange(other._lost);
        _doubled.AddRange(other._doubled);
        _reversed.AddRange(other._reversed);
    }

    public override string ToString() => $"{_lost.Count} lost, {_doubled.Count} doubled, {_reversed.Count} reversed";
}
