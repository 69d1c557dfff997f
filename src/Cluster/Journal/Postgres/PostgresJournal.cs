using System.Data.Common;
using Cluster.Entities;

namespace Cluster.Journal.Postgres;

/// <summary>
/// The store that many nodes share: one PostgreSQL database (12 or later). Each lane appends on a connection of its own,
/// one transaction at a time; readers have a pool.
/// </summary>
/// <remarks>
/// Connections have to be sessions of the server: a pooler between may pool sessions, not transactions. Two nodes that
/// extend one entity are kept apart by the journal's primary key, and before that by the <see
/// cref="PostgresJournalOptions.Fence"/>.
/// </remarks>
public sealed class PostgresJournal : IJournal, IReadStore, IRowUpkeep
{
    private readonly PostgresConnections _connections;
    private readonly PostgresReader _reader;
    private readonly PostgresLane[] _lanes;
    private readonly PostgresUpkeep _upkeep;
    private int _disposed;

    private PostgresJournal(PostgresConnections connections, PostgresJournalOptions options, TimeProvider time)
    {
        _connections = connections;
        _reader = new PostgresReader(connections, options);
        _upkeep = new PostgresUpkeep(connections);
        _lanes = [.. Enumerable.Range(0, options.Lanes).Select(_ => new PostgresLane(connections, options, time))];
    }

    public int Lanes => _lanes.Length;

    public bool IsSqlite => false;

    public Task<IReadOnlyList<int>> ChangeAsync(IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken)
    {
        RequireOpen();
        return _upkeep.ChangeAsync(statements, cancellationToken);
    }

    /// <summary>Opens a store, making its tables or bringing them to this version's schema where needed.</summary>
    /// <exception cref="StoreRefusedException">It is of another version or shard count, does not promise durability, or
    /// would be spoken to without checking its certificate.</exception>
    /// <exception cref="JournalUnavailableException">The server refuses, or was not reached in time.</exception>
    public static async Task<PostgresJournal> OpenAsync(
        PostgresJournalOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        options.Validate();
        StoreDapper.Register();
        var journal = new PostgresJournal(new PostgresConnections(options, time), options, time);
        try
        {
            var schema = await journal._connections.OpenWriterAsync(
                connection => PostgresSchema.PrepareAsync(connection, options.Migrations, time.GetUtcNow(), cancellationToken),
                cancellationToken).ConfigureAwait(false);
            await schema.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(journal._lanes.Select(lane => lane.SessionAsync(cancellationToken))).ConfigureAwait(false);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    /// <remarks>
    /// The shard of the first unit chooses the lane; a call made while its lane is busy waits. Cancelling works until the
    /// transaction is sent.
    /// </remarks>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        RequireOpen();
        cancellationToken.ThrowIfCancellationRequested();
        if (batch.Count == 0)
            return [];
        var lane = _lanes[batch[0].Shard % _lanes.Length];
        return await lane.AppendAsync(batch, now, cancellationToken).ConfigureAwait(false);
    }

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
        return await _connections.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finishes the appends in flight and lets go of the server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var lane in _lanes)
            await lane.DisposeAsync().ConfigureAwait(false);
        await _upkeep.DisposeAsync().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
}
