using System.Collections.Immutable;
using Npgsql;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>One table as the writer sees it: statements for many rows at once.</summary>
internal sealed class PostgresTable
{
    private readonly ReadTable _table;
    private readonly RowTypes _types;
    private readonly RowLayout _rows;
    private readonly RowLayout _keys;
    private readonly string _insert;
    private readonly string _upsert;
    private readonly string _delete;

    /// <exception cref="ArgumentException">A name is not an identifier, or the store's table is another one.</exception>
    public PostgresTable(ReadTable table, RowTypes types)
    {
        ReadTableRules.RequireIdentifiers(table);
        (_table, _types) = (table, types);
        ImmutableArray<Column> columns = [.. table.Key, .. table.Values];
        _rows = new RowLayout(table, columns, types.Of(table));
        _keys = new RowLayout(table, table.Key, types.Of(table));
        _insert = InsertSql(table, columns);
        _upsert = $"{_insert} {OnConflict(table)}";
        _delete = DeleteSql(table);
    }

    public bool IsFor(ReadTable table) => ReadTableRules.AreAlike(_table, table);

    /// <summary>Whether it was made of what the store is known to be now.</summary>
    public bool IsOf(RowTypes types) => ReferenceEquals(_types, types);

    /// <summary>The statement fails if there is one of the rows.</summary>
    /// <exception cref="ArgumentException">A value does not fit its column.</exception>
    public NpgsqlBatchCommand Insert(IReadOnlyList<RowChange> rows) => Command(_insert, _rows, rows);

    /// <inheritdoc cref="Insert" path="/exception" />
    public NpgsqlBatchCommand Upsert(IReadOnlyList<RowChange> rows) => Command(_upsert, _rows, rows);

    /// <inheritdoc cref="Insert" path="/exception" />
    public NpgsqlBatchCommand Delete(IReadOnlyList<RowChange> rows) => Command(_delete, _keys, rows);

    private static NpgsqlBatchCommand Command(string sql, RowLayout layout, IReadOnlyList<RowChange> rows) =>
        new(sql) { Parameters = { new TypedRows(layout, rows).ToParameter() } };

    private static string InsertSql(ReadTable table, ImmutableArray<Column> columns) =>
        $"INSERT INTO \"{table.Name}\" ({Names(columns)}) SELECT {Names(columns)} FROM unnest($1::\"{table.Name}\"[])";

    private static string OnConflict(ReadTable table)
    {
        var update = string.Join(", ", table.Values.Select(column => $"{Quoted(column)} = excluded.{Quoted(column)}"));
        return $"ON CONFLICT ({Names(table.Key)}) " + (update.Length == 0 || table.IsInsertOnly ? "DO NOTHING" : $"DO UPDATE SET {update}");
    }

    private static string DeleteSql(ReadTable table) =>
        $"DELETE FROM \"{table.Name}\" AS r USING unnest($1::\"{table.Name}\"[]) AS given WHERE " +
        string.Join(" AND ", table.Key.Select(column => $"r.{Quoted(column)} = given.{Quoted(column)}"));

    private static string Names(ImmutableArray<Column> columns) => string.Join(", ", columns.Select(Quoted));

    private static string Quoted(Column column) => $"\"{column.Name}\"";
}
