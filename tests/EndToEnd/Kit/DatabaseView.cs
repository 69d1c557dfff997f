using System.Data;
using Npgsql;

namespace EndToEnd.Kit;

/// <summary>A PostgreSQL database read with plain SQL, without any of the node's own code.</summary>
internal sealed class DatabaseView(string connectionString)
{
    public string ConnectionString { get; } = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        Timeout = 5,
        CommandTimeout = 120,
        ApplicationName = "checker",
    }.ToString();

    /// <summary>Who owns each shard, by number; an empty id for nobody. Null if the database is not there.</summary>
    public async Task<IReadOnlyList<Guid>?> OwnersAsync()
    {
        try
        {
            return await RowsAsync("SELECT owner FROM shard ORDER BY shard_id", row => row.IsDBNull(0) ? Guid.Empty : row.GetGuid(0));
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>Whether a worker executes one of all runs now.</summary>
    public async Task<bool> IsExecutingAsync(string worker) =>
        (await RowsAsync($"SELECT id FROM runs WHERE status = 'started' AND worker LIKE '%{worker}%'", row => row.GetGuid(0))).Count > 0;

    /// <summary>Whether the member table says that this life is over. False if the database is not there.</summary>
    public async Task<bool> IsDownAsync(Guid node)
    {
        try
        {
            return await RowsAsync($"SELECT state FROM member WHERE node_id = '{node}'", row => row.GetString(0)) is ["down"];
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public async Task<List<T>> RowsAsync<T>(string query, Func<NpgsqlDataReader, T> read)
    {
        await using var connection = await OpenAsync();
        return await RowsAsync(connection, query, read);
    }

    /// <summary>All that is read sees the database as it is at one moment, whatever nodes go on to write.</summary>
    public async Task<T> AtOneMomentAsync<T>(Func<NpgsqlConnection, Task<T>> read)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        return await read(connection);
    }

    public static async Task<List<T>> RowsAsync<T>(NpgsqlConnection connection, string query, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
