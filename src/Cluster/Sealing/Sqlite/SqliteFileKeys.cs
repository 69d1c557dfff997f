using Cluster.Journal;
using Cluster.Journal.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cluster.Sealing.Sqlite;

/// <summary>
/// The key tables of a store that another process may have open: for operators' commands. It waits for its turn between the appends of a
/// busy node, which for their part wait for a transaction of a few rows.
/// </summary>
public sealed class SqliteFileKeys : IKeyDatabase
{
    private const int BusyMilliseconds = 30_000;
    private readonly string _path;

    private SqliteFileKeys(string path) => _path = path;

    /// <returns>Null if there is no such store, or no node has made its tables yet.</returns>
    /// <exception cref="JournalUnavailableException">The file cannot be read.</exception>
    public static async Task<SqliteFileKeys?> FindAsync(string path, CancellationToken cancellationToken)
    {
        StoreDapper.Register();
        if (!File.Exists(path))
        {
            return null;
        }

        var keys = new SqliteFileKeys(path);
        var found = await keys.RunAsync(
            static connection => Task.FromResult(connection.Scalar("SELECT 1 FROM sqlite_master WHERE name = 'data_keys'")), cancellationToken)
            .ConfigureAwait(false);
        return found is null ? null : keys;
    }

    public Task<T> WriteAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(
            async connection =>
            {
                var transaction = connection.BeginTransaction(deferred: false);
                await using (transaction.ConfigureAwait(false))
                {
                    return await KeyWork.WriteAsync(connection, transaction, work, cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken);

    public Task<T> ReadAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(connection => work(new KeyTables(connection, null, cancellationToken)), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> RunAsync<T>(Func<SqliteConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                connection.Scalar($"PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
                return await work(connection).ConfigureAwait(false);
            }
            catch (SqliteException e)
            {
                throw SqliteErrors.Unavailable(e, _path);
            }
        }
    }
}
