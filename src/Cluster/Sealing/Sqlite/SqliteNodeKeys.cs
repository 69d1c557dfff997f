using Cluster.Journal.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cluster.Sealing.Sqlite;

/// <summary>
/// The key tables of the node that has the store open. Changes take their turn with the journal's appends on its one writing
/// connection: a second writer would have to wait for a gap between appends, and under load there is none.
/// </summary>
public sealed class SqliteNodeKeys(SqliteJournal journal) : IKeyDatabase
{
    public async Task<T> WriteAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken) =>
        await (await journal.RunAsync(writer => Write(writer, work, cancellationToken), cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);

    public async Task<T> ReadAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await journal.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                return await work(new KeyTables(connection, null, cancellationToken)).ConfigureAwait(false);
            }
            catch (SqliteException e)
            {
                throw SqliteErrors.Unavailable(e, connection.DataSource);
            }
        }
    }

    /// <summary>The journal is whoever's opened it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs to its end on the journal's thread: SQLite's provider does all its work before it returns a task.</summary>
    private static Task<T> Write<T>(SqliteWriter writer, Func<KeyTables, Task<T>> work, CancellationToken cancellationToken)
    {
        var done = WriteAsync(writer.Connection, work, cancellationToken);
        return done.IsCompleted ? done : throw new InvalidOperationException("Work on keys has to end on the journal's thread.");
    }

    private static async Task<T> WriteAsync<T>(SqliteConnection connection, Func<KeyTables, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var transaction = connection.BeginTransaction(deferred: false);
            await using (transaction.ConfigureAwait(false))
            {
                return await KeyWork.WriteAsync(connection, transaction, work, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unavailable(e, connection.DataSource);
        }
    }
}
