using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Cluster.Journal.Sqlite;

/// <summary>Makes the one writing and the many reading connections of a store.</summary>
internal sealed class SqliteConnections(SqliteJournalOptions options, string path)
{
    // The log is folded back into the database every 16 MiB of pages: often enough to stay small, seldom enough that a
    // page changed by many commits is written once.
    private const int CheckpointPages = 4000;
    private const int LogBytesKept = 64 << 20;
    private const int WriterCacheKibibytes = 16 << 10;

    private readonly string _reading = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadOnly,
        Cache = SqliteCacheMode.Private,
        Pooling = true,
        DefaultTimeout = Math.Max(1, (int)Math.Ceiling(options.BusyTimeout.TotalSeconds)),
    }.ToString();

    private volatile bool _closed;

    public string Path => path;

    /// <summary>Pooled and read-only: SQLite itself refuses a write.</summary>
    public async ValueTask<SqliteConnection> OpenReadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteJournal));
        var connection = new SqliteConnection(_reading);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Not pooled: it is closed when it is disposed.</summary>
    /// <param name="create">Whether to make a missing file. Once the store is open a missing file is a fault.</param>
    public SqliteConnection OpenWriter(bool create)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Cache = SqliteCacheMode.Private,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            Configure(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens no more readers and closes the idle ones; those in use close when they are returned.</summary>
    public void CloseReaders()
    {
        _closed = true;
        using var connection = new SqliteConnection(_reading);
        SqliteConnection.ClearPool(connection);
    }

    private void Configure(SqliteConnection connection)
    {
        var busy = (int)options.BusyTimeout.TotalMilliseconds;
        var mode = connection.Scalar(string.Create(CultureInfo.InvariantCulture,
            $"PRAGMA busy_timeout = {busy}; PRAGMA journal_mode = WAL;"));
        if (!string.Equals(mode as string, "wal", StringComparison.OrdinalIgnoreCase))
            throw new JournalUnavailableException($"The file system of '{path}' does not support SQLite's write-ahead log.");
        _ = connection.Scalar(string.Create(CultureInfo.InvariantCulture, $"""
            PRAGMA synchronous = FULL;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -{WriterCacheKibibytes};
            PRAGMA wal_autocheckpoint = {CheckpointPages};
            PRAGMA journal_size_limit = {LogBytesKept};
            """));
    }
}

internal static class SqliteConnectionExtensions
{
    /// <summary>Runs statements. Returns the last result's first value.</summary>
    public static object? Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        object? value = null;
        do
        {
            if (reader.Read())
                value = reader.GetValue(0);
        }
        while (reader.NextResult());
        return value;
    }
}
