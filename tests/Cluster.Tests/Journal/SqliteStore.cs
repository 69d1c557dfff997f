using Cluster.Journal;
using Cluster.Journal.Sqlite;
using Cluster.Kit;
using Microsoft.Data.Sqlite;

namespace Cluster.Tests.Journal;

/// <summary>A SQLite store in a folder of its own.</summary>
internal sealed class SqliteStore : IJournalStore
{
    private readonly TempFolder? _folder;

    public SqliteStore()
    {
        _folder = new TempFolder();
        Path = _folder.File("store.db");
    }

    /// <summary>A store that belongs to somebody else, who also removes it.</summary>
    public SqliteStore(string path) => Path = path;

    public string Path { get; }

    public async Task<OpenStore> OpenAsync(params MigrationSet[] migrations)
    {
        var journal = await OpenJournalAsync(migrations);
        return new OpenStore(journal, journal);
    }

    /// <summary>With a short wait for locks, so that tests which hold one do not wait long.</summary>
    public Task<SqliteJournal> OpenJournalAsync(params MigrationSet[] migrations) => SqliteJournal.OpenAsync(
        new SqliteJournalOptions { Path = Path, Migrations = migrations, BusyTimeout = TimeSpan.FromMilliseconds(200) },
        TimeProvider.System,
        CancellationToken.None);

    public string Ddl(ReadTable table)
    {
        var columns = table.Key.Select(column => $"{column.Name} {TypeOf(column.StoredType)} NOT NULL")
            .Concat(table.Values.Select(column => $"{column.Name} {TypeOf(column.StoredType)}"));
        var key = string.Join(", ", table.Key.Select(column => column.Name));
        return $"CREATE TABLE {table.Name} ({string.Join(", ", columns)}, PRIMARY KEY ({key})) STRICT, WITHOUT ROWID;\n";
    }

    public string RefuseInserts(ReadTable table) =>
        $"CREATE TRIGGER refuse_{table.Name} BEFORE INSERT ON {table.Name} BEGIN SELECT RAISE(ABORT, 'not now'); END";

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public string Literal(byte[] bytes) => $"x'{Convert.ToHexString(bytes)}'";

    /// <summary>A connection as a shell or a backup would have it.</summary>
    public async Task<SqliteConnection> OpenConnectionAsync()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        _folder?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Uuid or ColumnType.Bytes => "BLOB",
        ColumnType.Text => "TEXT",
        _ => "INTEGER",
    };
}
