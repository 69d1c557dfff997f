namespace Cluster.Journal;

/// <summary>
/// Collects the row changes of one transaction and keeps only the last one of each row (of an insert-only table the
/// first), in the order of those last changes. Kept by a store between transactions so that its memory is reused.
/// </summary>
internal sealed class RowCoalescer
{
    private readonly List<RowChange?> _changes = [];
    private readonly Dictionary<RowChange, int> _lastOfRow = new(RowKeyComparer.Instance);

    /// <exception cref="ArgumentException">The change does not have the shape of its table.</exception>
    public void Add(in RowChange change)
    {
        RequireShape(change);
        var isNew = change.IsNew;
        if (_lastOfRow.TryGetValue(change, out var earlier))
        {
            if (change.Table.IsInsertOnly && !change.IsDelete)
                return;
            isNew = _changes[earlier] is { IsNew: true, IsDelete: false };
            _changes[earlier] = null;
        }

        _lastOfRow[change] = _changes.Count;
        _changes.Add(change with { IsNew = isNew });
    }

    /// <summary>How many slots to pass to <see cref="At"/>, those of overwritten changes included.</summary>
    public int Count => _changes.Count;

    /// <summary>The change in a slot; null if a later one of the same row replaced it.</summary>
    public RowChange? At(int index) => _changes[index];

    public void Clear()
    {
        _changes.Clear();
        _lastOfRow.Clear();
    }

    private static void RequireShape(in RowChange change)
    {
        var table = change.Table;
        var expected = change.IsDelete ? table.Key.Length : table.Key.Length + table.Values.Length;
        if (change.Values.Length != expected)
            throw new ArgumentException($"A change of '{table.Name}' has {change.Values.Length} values, expected {expected}.");
        for (var i = 0; i < table.Key.Length; i++)
        {
            if (change.Values[i] is null)
                throw new ArgumentException($"A change of '{table.Name}' has no value for key column '{table.Key[i].Name}'.");
        }
    }
}
