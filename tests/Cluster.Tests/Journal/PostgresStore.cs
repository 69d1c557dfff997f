using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Kit.Postgres;
using Npgsql;

namespace Cluster.Tests.Journal;

/// <summary>A database of its own on a server, the shared one unless a test wants to break it.</summary>
internal sealed class PostgresStore : IJournalStore
{
    private readonly PostgresServer? _server;

    private PostgresStore(PostgresServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    /// <summary>A store that belongs to somebody else, who also removes it.</summary>
    public PostgresStore(string connectionString) => ConnectionString = connectionString;

    public string ConnectionString { get; }

    public static async Task<PostgresStore> CreateAsync(PostgresServer? server = null)
    {
        server ??= await PostgresServer.SharedAsync();
        return new PostgresStore(server, await server.CreateDatabaseAsync());
    }

    public async Task<OpenStore> OpenAsync(params MigrationSet[] migrations)
    {
        var journal = await OpenJournalAsync(Options with { Migrations = migrations });
        return new OpenStore(journal, journal);
    }

    public PostgresJournalOptions Options => new() { ConnectionString = ConnectionString };

    public static Task<PostgresJournal> OpenJournalAsync(PostgresJournalOptions options) =>
        PostgresJournal.OpenAsync(options, TimeProvider.System, CancellationToken.None);

    public string Ddl(ReadTable table)
    {
        var columns = table.Key.Select(column => $"{column.Name} {TypeOf(column.StoredType)} NOT NULL")
            .Concat(table.Values.Select(column => $"{column.Name} {TypeOf(column.StoredType)}"));
        var key = string.Join(", ", table.Key.Select(column => column.Name));
        return $"CREATE TABLE {table.Name} ({string.Join(", ", columns)}, PRIMARY KEY ({key}));\n";
    }

    public string RefuseInserts(ReadTable table) =>
        $"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
        CREATE TRIGGER refuse_{table.Name} BEFORE INSERT ON {table.Name} FOR EACH ROW EXECUTE FUNCTION refuse()
        """;

    public async Task ExecuteAsync(string sql) => _ = await ScalarAsync<object?>(sql);

    /// <summary>The first value of a statement's result, as a shell would see it.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public string Literal(byte[] bytes) => $"'\\x{Convert.ToHexString(bytes)}'::bytea";

    public async Task<NpgsqlConnection> OpenConnectionAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DropDatabaseAsync(ConnectionString);
    }

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Uuid => "uuid",
        ColumnType.Text => "text COLLATE \"C\"",
        ColumnType.Boolean => "boolean",
        ColumnType.Bytes => "bytea",
        _ => "bigint",
    };
}
