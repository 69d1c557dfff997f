using System.Collections.Immutable;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>One read-model table as the writer sees it: a statement for many rows at once.</summary>
internal sealed class PostgresTable
{
    private readonly ReadTable _table;
    private readonly ImmutableArray<Column> _columns;
    private readonly string _upsert;
    private readonly string _delete;

    /// <exception cref="ArgumentException">A name is not an identifier.</exception>
    public PostgresTable(ReadTable table)
    {
        ReadTableRules.RequireIdentifiers(table);
        _table = table;
        _columns = [.. table.Key, .. table.Values];
        _upsert = UpsertSql(table, _columns);
        _delete = DeleteSql(table);
    }

    public bool IsFor(ReadTable table) => ReadTableRules.AreAlike(_table, table);

    /// <exception cref="ArgumentException">A value does not fit its column.</exception>
    public NpgsqlBatchCommand Upsert(IReadOnlyList<RowChange> rows) => Command(_upsert, _columns, rows);

    /// <inheritdoc cref="Upsert" />
    public NpgsqlBatchCommand Delete(IReadOnlyList<RowChange> rows) => Command(_delete, _table.Key, rows);

    private NpgsqlBatchCommand Command(string sql, ImmutableArray<Column> columns, IReadOnlyList<RowChange> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var i = 0; i < columns.Length; i++)
            command.Parameters.Add(PostgresArrays.OfColumn(_table, columns[i], rows, i));
        return command;
    }

    private static string UpsertSql(ReadTable table, ImmutableArray<Column> columns)
    {
        var names = Names(columns);
        var update = string.Join(", ", table.Values.Select(column => $"{Quoted(column)} = excluded.{Quoted(column)}"));
        return $"INSERT INTO \"{table.Name}\" ({names}) SELECT {names} FROM {Unnest(columns)} " +
            $"ON CONFLICT ({Names(table.Key)}) " +
            (update.Length == 0 || table.IsInsertOnly ? "DO NOTHING" : $"DO UPDATE SET {update}");
    }

    private static string DeleteSql(ReadTable table) =>
        $"DELETE FROM \"{table.Name}\" AS r USING {Unnest(table.Key)} WHERE " +
        string.Join(" AND ", table.Key.Select(column => $"r.{Quoted(column)} = given.{Quoted(column)}"));

    private static string Unnest(ImmutableArray<Column> columns) =>
        $"unnest({string.Join(", ", columns.Select((column, i) => $"${i + 1}::{PostgresArrays.TypeOf(column.StoredType)}[]"))}) " +
        $"AS given ({Names(columns)})";

    private static string Names(ImmutableArray<Column> columns) => string.Join(", ", columns.Select(Quoted));

    private static string Quoted(Column column) => $"\"{column.Name}\"";
}
