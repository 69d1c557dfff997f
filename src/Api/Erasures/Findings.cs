using Api.ReadModels;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Erasures;

/// <summary>Opens one value after the other, looks through it and forgets it; keeps what was found until it is written down.</summary>
internal sealed class Findings(SubjectTexts texts, SealedReads reads, ErasureMatches.OfErasure matches)
{
    private const int Kept = 100;
    private readonly List<ErasureMatchRow> _found = [];

    public int Searched { get; private set; }

    public int Unreadable { get; private set; }

    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    public async ValueTask<bool> AreInAsync(ReadTable table, string column, object[] key, byte[]? stored, CancellationToken cancellationToken)
    {
        var opened = await reads.TryOpenAsync(table, column, key, stored, cancellationToken);
        if (opened.Unreadable == ReadModels.Unreadable.Sealed) throw new KeysSealedException("A search needs the master key.");
        if (opened.Unreadable is not null) Unreadable++;
        if (opened.Bytes is not { } bytes) return false;
        Searched++;
        return texts.AreIn(bytes);
    }

    public async ValueTask AddAsync(string kind, Guid itemId, long attempt, long number, CancellationToken cancellationToken)
    {
        _found.Add(new ErasureMatchRow { Kind = kind, ItemId = itemId, Attempt = attempt, Number = number });
        if (_found.Count >= Kept) await FlushAsync(cancellationToken);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_found.Count > 0) await matches.AddAsync(_found, cancellationToken);
        _found.Clear();
    }
}
