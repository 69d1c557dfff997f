using Cluster.Journal.Postgres.Rows;

namespace Cluster.Journal.Postgres;

/// <summary>One append at a time on a connection of its own, which is replaced when it breaks.</summary>
internal sealed class PostgresLane(PostgresConnections connections, PostgresJournalOptions options, TimeProvider time)
    : IAsyncDisposable
{
    // Says which sessions are this lane's, one after the other.
    private readonly long _lock = Random.Shared.NextInt64();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private PostgresSession? _session;
    private bool _closed;

    public PostgresJournalOptions Options => options;

    public TimeProvider Time => time;

    public string StoreName => connections.Name;

    public PostgresRows Rows { get; } = new();

    public async Task<AppendResult[]> AppendAsync(
        IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgresJournal));
            return await new PostgresAppend(this, batch, now).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The session, a new one if the last is broken. For whoever has the turn.</summary>
    /// <exception cref="JournalUnavailableException">The server refuses, or was not reached in time.</exception>
    /// <exception cref="StoreRefusedException">The server does not promise durability.</exception>
    public async Task<PostgresSession> SessionAsync(CancellationToken cancellationToken)
    {
        if (_session is { IsUsable: true } session)
            return session;
        await DropSessionAsync().ConfigureAwait(false);
        return _session = await PostgresSession.OpenAsync(
            connections, _lock, options.CommandTimeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task DropSessionAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Finishes the append in flight; those that wait are told that the store is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _closed = true;
        await DropSessionAsync().ConfigureAwait(false);
        _turn.Release();
    }
}
