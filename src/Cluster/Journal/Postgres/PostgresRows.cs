using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>
/// Turns the row changes of one transaction into at most two statements for each table. Kept by a lane between
/// transactions.
/// </summary>
internal sealed class PostgresRows
{
    private readonly RowCoalescer _rows = new();
    private readonly Dictionary<string, PostgresTable> _tables = new(StringComparer.Ordinal);

    // In the order of names, so that all lanes lock in the same order.
    private readonly SortedDictionary<string, Changes> _changes = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">A change does not have the shape of its table.</exception>
    public void AddTo(NpgsqlBatch batch, IReadOnlyList<AppendUnit> units)
    {
        try
        {
            Collect(units);
            foreach (var changes in _changes.Values)
                changes.AddTo(batch);
        }
        finally
        {
            _rows.Clear();
            _changes.Clear();
        }
    }

    private void Collect(IReadOnlyList<AppendUnit> units)
    {
        foreach (var unit in units)
        {
            for (var i = 0; i < unit.Rows.Count; i++)
                _rows.Add(unit.Rows[i]);
        }

        for (var i = 0; i < _rows.Count; i++)
        {
            if (_rows.At(i) is { } change)
                ChangesOf(change.Table).Add(change);
        }
    }

    private Changes ChangesOf(ReadTable table)
    {
        if (!_changes.TryGetValue(table.Name, out var changes))
            _changes.Add(table.Name, changes = new Changes(TableOf(table)));
        return changes.Table.IsFor(table)
            ? changes
            : throw new ArgumentException($"Table '{table.Name}' is described in two ways.");
    }

    // Whether the store has the table is only seen when the statement is executed, so a wrong description must not stay.
    private PostgresTable TableOf(ReadTable table)
    {
        if (_tables.TryGetValue(table.Name, out var known) && known.IsFor(table))
            return known;
        return _tables[table.Name] = new PostgresTable(table);
    }

    private sealed class Changes(PostgresTable table)
    {
        private readonly List<RowChange> _upserts = [];
        private readonly List<RowChange> _deletes = [];

        public PostgresTable Table => table;

        public void Add(in RowChange change) => (change.IsDelete ? _deletes : _upserts).Add(change);

        public void AddTo(NpgsqlBatch batch)
        {
            _upserts.Sort(RowKeyOrder.Instance);
            _deletes.Sort(RowKeyOrder.Instance);
            if (_upserts.Count > 0)
                batch.BatchCommands.Add(table.Upsert(_upserts));
            if (_deletes.Count > 0)
                batch.BatchCommands.Add(table.Delete(_deletes));
        }
    }
}
