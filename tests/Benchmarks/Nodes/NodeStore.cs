using Cluster.Kit;
using Cluster.Kit.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Where nodes keep what they store: the file of one node, or a PostgreSQL of their own.</summary>
internal sealed class NodeStore : IAsyncDisposable
{
    private readonly string _file;
    private readonly PostgresServer? _server;
    private readonly string? _database;

    private NodeStore(string file, PostgresServer? server, string? database) => (_file, _server, _database) = (file, server, database);

    /// <summary>Whether it is a PostgreSQL.</summary>
    public bool IsShared => _server is not null;

    /// <summary>CPU time of the server; nothing for SQLite, which is in the node.</summary>
    public TimeSpan ServerCpu => _server is null ? TimeSpan.Zero : ProcessFigures.CpuOfTree(_server.ProcessId);

    /// <param name="data">The nodes' data folder.</param>
    public static async Task<NodeStore> OpenAsync(string store, TempFolder data)
    {
        var server = store == "postgres" ? await PostgresServer.StartAsync() : null;
        return new NodeStore(data.File("cluster.db"), server, server is null ? null : await server.CreateDatabaseAsync());
    }

    /// <summary>Tells a node where to store.</summary>
    public void Configure(Dictionary<string, string> environment, string name)
    {
        if (_database is null)
            return;
        environment["CLUSTER__STORE__TYPE"] = "postgres";
        environment["CLUSTER__STORE__CONNECTION"] = _database;
        environment["CLUSTER__MEMBER__NAME"] = name;
        environment["CLUSTER__MEMBER__PORT"] = "0";
    }

    public async Task<RunStates> OpenStatesAsync()
    {
        if (_database is not null)
        {
            // Its statistics lag behind the load: what an index answers shall not read the table.
            var postgres = new NpgsqlConnection($"{_database};Pooling=false;Options=-c enable_seqscan=off");
            await postgres.OpenAsync();
            return new RunStates(postgres);
        }

        var sqlite = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        await sqlite.OpenAsync();
        return new RunStates(sqlite);
    }

    /// <summary>The first column of what a shared store answers.</summary>
    public async Task<List<int>> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<int>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetInt32(0));
        return rows;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
