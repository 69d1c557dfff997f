using System.Data.Common;
using Cluster.Entities;
using Microsoft.Data.Sqlite;

namespace Cluster.Journal.Sqlite;

/// <summary>
/// The store of a single node: one SQLite file in WAL mode with <c>synchronous=FULL</c>, held by one process at a time.
/// One thread writes on one connection; readers have their own and neither waits for the other.
/// </summary>
public sealed class SqliteJournal : IJournal, IReadStore, IRowUpkeep
{
    private readonly SqliteConnections _connections;
    private readonly SqliteReader _reader;
    private readonly SqliteLock _lock;
    private readonly SqliteThread _thread = new();
    private readonly SemaphoreSlim _lane = new(1, 1);
    private SqliteWriter? _writer; // Touched by the thread alone.
    private int _disposed;

    private SqliteJournal(SqliteConnections connections, SqliteJournalOptions options, SqliteLock @lock)
    {
        _connections = connections;
        _reader = new SqliteReader(connections, options);
        _lock = @lock;
    }

    public int Lanes => 1;

    public bool IsSqlite => true;

    public async Task<IReadOnlyList<int>> ChangeAsync(IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken) =>
        await RunAsync(writer => writer.Change(statements, cancellationToken), cancellationToken).ConfigureAwait(false);

    /// <summary>Opens a store, making it or bringing it to this version's schema where needed.</summary>
    /// <exception cref="StoreRefusedException">It is open in another process, or of another version or shard count.</exception>
    /// <exception cref="JournalUnavailableException">The file cannot be used.</exception>
    public static async Task<SqliteJournal> OpenAsync(
        SqliteJournalOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        options.Validate();
        StoreDapper.Register();
        var path = RealPath(options.Path);
        var @lock = SqliteLock.Take(path);
        var journal = new SqliteJournal(new SqliteConnections(options, path), options, @lock);
        try
        {
            await journal._thread.RunAsync(
                () => journal.Prepare(options.Migrations, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    /// <remarks>A call made while another is in flight waits for it; cancelling works until the transaction starts.</remarks>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken) =>
        await RunAsync(writer => writer.Append(batch, now, cancellationToken), cancellationToken).ConfigureAwait(false);

    public Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        RequireOpen();
        return _reader.ReadSnapshotAsync(entity, cancellationToken);
    }

    public IAsyncEnumerable<JournalRecord> ReadAsync(
        EntityRef entity, long afterSequenceNr, CancellationToken cancellationToken)
    {
        RequireOpen();
        return _reader.ReadAsync(entity, afterSequenceNr, cancellationToken);
    }

    public async ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken)
    {
        RequireOpen();
        try
        {
            return await _connections.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unavailable(e, _connections.Path);
        }
    }

    /// <summary>Finishes the append in flight, empties the write-ahead log into the database and lets go of the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _lane.WaitAsync().ConfigureAwait(false);
        _connections.CloseReaders();
        try
        {
            await _thread.RunAsync(Close, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await _thread.StopAsync().ConfigureAwait(false);
            _lock.Dispose();
            _lane.Release(); // Whoever still waits is told that the store is closed.
        }
    }

    /// <summary>Runs work on the writing connection, between appends.</summary>
    internal async Task<T> RunAsync<T>(Func<SqliteWriter, T> work, CancellationToken cancellationToken)
    {
        RequireOpen();
        await _lane.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireOpen();
            return await _thread.RunAsync(() => work(UsableWriter()), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lane.Release();
        }
    }

    private bool Prepare(IReadOnlyList<MigrationSet> migrations, DateTimeOffset now)
    {
        try
        {
            _writer = SqliteWriter.Take(
                _connections.OpenWriter(create: true),
                _connections.Path,
                connection => SqliteSchema.Prepare(connection, migrations, now));
            return true;
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unavailable(e, _connections.Path);
        }
    }

    private SqliteWriter UsableWriter()
    {
        if (_writer is { IsUsable: true })
            return _writer;
        _writer?.Dispose();
        _writer = null;
        try
        {
            return _writer = SqliteWriter.Take(_connections.OpenWriter(create: false), _connections.Path, _ => { });
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unavailable(e, _connections.Path);
        }
    }

    private bool Close()
    {
        try
        {
            _writer?.Checkpoint();
        }
        catch (SqliteException)
        {
            // The log stays as it is; the next start reads it.
        }

        _writer?.Dispose();
        return true;
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    // A link and its target are one store and must meet at one lock.
    private static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var file = new FileInfo(full);
        return file.LinkTarget is null ? full : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
    }
}
