using System.Data.Common;

namespace Cluster.Sealing;

/// <summary>
/// The store's tables of keys. A node writes them beside its journal, an operator's command from a process of its own.
/// </summary>
public interface IKeyDatabase : IAsyncDisposable
{
    /// <summary>Runs statements as one short transaction that sees what was committed before each of them.</summary>
    /// <exception cref="Journal.JournalUnavailableException">Nothing was stored, or it is not known whether it was: every change of keys may be
    /// tried again.</exception>
    Task<T> WriteAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Runs queries on what is committed.</summary>
    /// <exception cref="Journal.JournalUnavailableException">The store does not answer.</exception>
    Task<T> ReadAsync<T>(Func<KeyTables, Task<T>> work, CancellationToken cancellationToken);
}

/// <summary>How <see cref="IKeyDatabase"/> runs its work on a connection.</summary>
internal static class KeyWork
{
    public static async Task<T> WriteAsync<T>(
        DbConnection connection, DbTransaction transaction, Func<KeyTables, Task<T>> work, CancellationToken cancellationToken)
    {
        var result = await work(new KeyTables(connection, transaction, cancellationToken)).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }
}
