using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cluster.Journal.Sqlite;

/// <summary>One read-model table as the writer sees it: its statements, made once, and how its values are bound.</summary>
internal sealed class SqliteTable : IDisposable
{
    private readonly ReadTable _table;
    private readonly ImmutableArray<Column> _columns;
    private readonly SqliteStatement _upsert;
    private readonly SqliteStatement _delete;

    /// <exception cref="ArgumentException">The table is not in the store, or a name is not an identifier.</exception>
    public SqliteTable(sqlite3 database, ReadTable table)
    {
        _table = table;
        _columns = [.. table.Key, .. table.Values];
        ReadTableRules.RequireIdentifiers(table);
        try
        {
            _upsert = new SqliteStatement(database, UpsertSql(table));
            _delete = new SqliteStatement(database, DeleteSql(table));
        }
        catch (SqliteException e) when (SqliteErrors.IsMisfit(e))
        {
            _upsert?.Dispose();
            throw new ArgumentException($"Table '{table.Name}' is not in the store as described: {e.Message}", e);
        }
    }

    /// <summary>Whether a description of the same name is the one this was made from.</summary>
    public bool IsFor(ReadTable table) => ReadTableRules.AreAlike(_table, table);

    /// <exception cref="ArgumentException">A value does not fit its column, or the store refuses the row.</exception>
    public void Apply(in RowChange change)
    {
        var statement = change.IsDelete ? _delete : _upsert;
        for (var i = 0; i < change.Values.Length; i++)
            Bind(statement, i, change.Values[i]);
        try
        {
            statement.Run();
        }
        catch (SqliteException e) when (SqliteErrors.IsMisfit(e))
        {
            throw new ArgumentException($"The store refuses a row of '{_table.Name}': {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _upsert.Dispose();
        _delete.Dispose();
    }

    private void Bind(SqliteStatement statement, int column, object? value)
    {
        switch (_columns[column].StoredType, value)
        {
            case (_, null):
                statement.BindNull(column + 1);
                break;
            case (ColumnType.Uuid, Guid id):
                statement.Bind(column + 1, id);
                break;
            case (ColumnType.Text, string text):
                statement.Bind(column + 1, text);
                break;
            case (ColumnType.Integer, long number):
                statement.Bind(column + 1, number);
                break;
            case (ColumnType.Integer, int number):
                statement.Bind(column + 1, number);
                break;
            case (ColumnType.Timestamp, DateTimeOffset time):
                statement.Bind(column + 1, StoredTime.ToMicroseconds(time));
                break;
            case (ColumnType.Boolean, bool flag):
                statement.Bind(column + 1, flag ? 1 : 0);
                break;
            case (ColumnType.Bytes, byte[] bytes):
                statement.Bind(column + 1, bytes.AsSpan());
                break;
            case (ColumnType.Bytes, ReadOnlyMemory<byte> bytes):
                statement.Bind(column + 1, bytes.Span);
                break;
            default:
                throw new ArgumentException(
                    $"Column '{_table.Name}.{_columns[column].Name}' is {_columns[column].StoredType}, not {value.GetType().Name}.");
        }
    }

    private static string UpsertSql(ReadTable table)
    {
        var columns = table.Key.Concat(table.Values).Select(column => Quoted(column.Name)).ToArray();
        var update = string.Join(", ", table.Values.Select(column => $"{Quoted(column.Name)} = excluded.{Quoted(column.Name)}"));
        return $"INSERT INTO {Quoted(table.Name)} ({string.Join(", ", columns)}) " +
            $"VALUES ({string.Join(", ", columns.Select(_ => "?"))}) " +
            $"ON CONFLICT ({string.Join(", ", table.Key.Select(column => Quoted(column.Name)))}) " +
            (update.Length == 0 || table.IsInsertOnly ? "DO NOTHING" : $"DO UPDATE SET {update}");
    }

    private static string DeleteSql(ReadTable table) =>
        $"DELETE FROM {Quoted(table.Name)} WHERE " +
        string.Join(" AND ", table.Key.Select(column => $"{Quoted(column.Name)} = ?"));

    private static string Quoted(string name) => $"\"{name}\"";
}
