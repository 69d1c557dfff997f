using Npgsql;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>The journal as a table of rows: its events go the way of all rows.</summary>
internal sealed class JournalTable(RowTypes types)
{
    private static readonly ReadTable s_table = new(
        "journal",
        [new("entity_type", ColumnType.Text), new("entity_id", ColumnType.Uuid), new("seq_nr", ColumnType.Integer)],
        [
            new("shard", ColumnType.Integer), new("manifest", ColumnType.Text), new("payload", ColumnType.Bytes),
            new("written_at", ColumnType.Integer),
        ]);

    private readonly PostgresTable _table = new(s_table, types);

    /// <exception cref="ArgumentException">A name contains NUL.</exception>
    public NpgsqlBatchCommand Insert(IReadOnlyList<AppendUnit> units, long now)
    {
        var rows = new List<RowChange>(units.Count);
        object writtenAt = now;
        for (var i = 0; i < units.Count; i++)
        {
            var unit = units[i];
            for (var j = 0; j < unit.Events.Count; j++)
            {
                rows.Add(new RowChange(
                    s_table,
                    [
                        unit.Entity.Type, unit.Entity.Id, unit.FirstSequenceNr + j, unit.Shard, unit.Events[j].Manifest,
                        unit.Events[j].Bytes, writtenAt,
                    ],
                    IsDelete: false));
            }
        }

        return _table.Insert(rows);
    }
}
