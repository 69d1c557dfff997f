using System.Data.Common;
using Cluster.Kit;
using Cluster.Kit.Postgres;
using Dapper;
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
        var server = store == "postgres" ? await BenchServer.StartAsync() : null;
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

    // Statistics of a PostgreSQL lag behind the load: what an index answers shall not read the table.
    public async Task<RunStates> OpenStatesAsync() =>
        new(_database is null ? await OpenFileAsync(SqliteOpenMode.ReadOnly) : await OpenPostgresAsync(";Options=-c enable_seqscan=off"));

    /// <summary>A connection past the nodes. To a file it may write only while no node runs.</summary>
    public async Task<DbConnection> OpenAsync() =>
        _database is null ? await OpenFileAsync(SqliteOpenMode.ReadWrite) : await OpenPostgresAsync("");

    /// <summary>Has a shared store write out what it holds in memory and in its log only, so that nothing later is held up by that.</summary>
    public async Task CheckpointAsync()
    {
        if (!IsShared)
            return;
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync("checkpoint;");
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

    private async Task<SqliteConnection> OpenFileAsync(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = _file, Mode = mode, Pooling = false, DefaultTimeout = 3_600 }.ToString());
        await connection.OpenAsync();
        return connection;
    }

    private async Task<NpgsqlConnection> OpenPostgresAsync(string options)
    {
        var connection = new NpgsqlConnection($"{_database};Pooling=false;CommandTimeout=3600{options}");
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
