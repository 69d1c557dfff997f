using Npgsql;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>
/// Turns the row changes of one transaction into at most three statements for each table. Kept by a lane between
/// transactions.
/// </summary>
internal sealed class PostgresRows
{
    private readonly RowCoalescer _rows = new();
    private readonly Dictionary<string, PostgresTable> _tables = new(StringComparer.Ordinal);

    // In the order of names, so that all lanes lock in the same order.
    private readonly SortedDictionary<string, Changes> _changes = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">A change does not have the shape of its table.</exception>
    public void AddTo(NpgsqlBatch batch, RowTypes types, IReadOnlyList<AppendUnit> units)
    {
        try
        {
            Collect(types, units);
            foreach (var changes in _changes.Values)
                changes.AddTo(batch);
        }
        finally
        {
            _rows.Clear();
            _changes.Clear();
        }
    }

    private void Collect(RowTypes types, IReadOnlyList<AppendUnit> units)
    {
        foreach (var unit in units)
        {
            // Rows alone are written again if it is not known whether they were stored.
            var mayBeNew = unit.Events.Count > 0;
            for (var i = 0; i < unit.Rows.Count; i++)
                _rows.Add(mayBeNew ? unit.Rows[i] : unit.Rows[i] with { IsNew = false });
        }

        for (var i = 0; i < _rows.Count; i++)
        {
            if (_rows.At(i) is { } change)
                ChangesOf(change.Table, types).Add(change);
        }
    }

    private Changes ChangesOf(ReadTable table, RowTypes types)
    {
        if (!_changes.TryGetValue(table.Name, out var changes))
            _changes.Add(table.Name, changes = new Changes(TableOf(table, types)));
        return changes.Table.IsFor(table)
            ? changes
            : throw new ArgumentException($"Table '{table.Name}' is described in two ways.");
    }

    private PostgresTable TableOf(ReadTable table, RowTypes types)
    {
        if (_tables.TryGetValue(table.Name, out var known) && known.IsFor(table) && known.IsOf(types))
            return known;
        return _tables[table.Name] = new PostgresTable(table, types);
    }

    private sealed class Changes(PostgresTable table)
    {
        private readonly List<RowChange> _inserts = [];
        private readonly List<RowChange> _upserts = [];
        private readonly List<RowChange> _deletes = [];

        public PostgresTable Table => table;

        public void Add(in RowChange change) => (change.IsDelete ? _deletes : change.IsNew ? _inserts : _upserts).Add(change);

        public void AddTo(NpgsqlBatch batch)
        {
            Add(batch, _inserts, table.Insert);
            Add(batch, _upserts, table.Upsert);
            Add(batch, _deletes, table.Delete);
        }

        private static void Add(NpgsqlBatch batch, List<RowChange> rows, Func<IReadOnlyList<RowChange>, NpgsqlBatchCommand> command)
        {
            if (rows.Count == 0)
                return;
            rows.Sort(RowKeyOrder.Instance);
            batch.BatchCommands.Add(command(rows));
        }
    }
}
