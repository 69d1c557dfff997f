using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using Cluster.Entities;
using Cluster.Journal.Postgres.Rows;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>
/// A lane's connection. For as long as it lives it holds an advisory lock that stands for the lane, so whoever gets that
/// lock knows that everything the session before ever sent is either committed or gone.
/// </summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    private const int RememberedEntities = 16_384;

    private const string HoldsSql = """
        SELECT EXISTS (
            SELECT FROM journal WHERE entity_type = $1 AND entity_id = $2 AND seq_nr = $3
                AND manifest = $4 AND written_at = $5 AND sha256(payload) = $6)
        """;

    /// <param name="connection">Prepared as <see cref="OpenAsync"/> does.</param>
    internal PostgresSession(NpgsqlConnection connection, RowTypes types) => (Connection, Types, Journal) = (connection, types, new JournalTable(types));

    public NpgsqlConnection Connection { get; }

    /// <summary>The tables as they were when it last looked.</summary>
    public RowTypes Types { get; private set; }

    public JournalTable Journal { get; private set; }

    /// <summary>What it has committed.</summary>
    public StoredEnds Ends { get; } = new(RememberedEntities);

    /// <summary>False once the connection is known to be broken.</summary>
    public bool IsUsable => Connection.FullState == ConnectionState.Open;

    /// <param name="lane">The lane's lock. A session that still holds it is ended.</param>
    /// <exception cref="StoreRefusedException">The server does not promise durability.</exception>
    /// <exception cref="JournalUnavailableException">The server refuses, or was not reached in time.</exception>
    public static async Task<PostgresSession> OpenAsync(
        PostgresConnections connections, long lane, TimeSpan commandTimeout, CancellationToken cancellationToken)
    {
        RowTypes types = null!;
        var connection = await connections.OpenWriterAsync(
            async connection =>
            {
                await PrepareAsync(connection, lane, commandTimeout, cancellationToken).ConfigureAwait(false);
                types = await RowTypes.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return new PostgresSession(connection, types);
    }

    /// <summary>Looks at the tables again: another version of the node may have changed them.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        Types = await RowTypes.ReadAsync(Connection, cancellationToken).ConfigureAwait(false);
        Journal = new JournalTable(Types);
    }

    /// <summary>The last stored number of each entity, 0 if it has no events.</summary>
    public async Task<Dictionary<EntityRef, long>> LastAsync(
        IReadOnlyList<EntityRef> entities, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(Connection) { BatchCommands = { PostgresEvents.Last(entities) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var last = new Dictionary<EntityRef, long>(entities.Count);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            last[entities[(int)reader.GetInt64(0) - 1]] = reader.GetInt64(1);

        return last;
    }

    /// <summary>Whether exactly this event is stored, and not somebody else's with the same number.</summary>
    public async Task<bool> HoldsAsync(StoredEvent @event, long writtenAt)
    {
        await using var command = new NpgsqlCommand(HoldsSql, Connection)
        {
            Parameters =
            {
                new() { Value = @event.Entity.Type },
                new() { Value = @event.Entity.Id },
                new() { Value = @event.SequenceNr },
                new() { Value = PostgresArrays.Storable(@event.Payload.Manifest) },
                new() { Value = writtenAt },
                new() { Value = SHA256.HashData(@event.Payload.Bytes.Span) },
            },
        };
        return (bool)(await command.ExecuteScalarAsync().ConfigureAwait(false))!;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    // A lane only looks up keys. The planner would choose to read whole tables while they are small, and the statement
    // stays prepared while they grow.
    private static async Task PrepareAsync(
        NpgsqlConnection connection, long lane, TimeSpan commandTimeout, CancellationToken cancellationToken)
    {
        var milliseconds = (long)commandTimeout.TotalMilliseconds;
        await using var command = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"""
            SET default_transaction_isolation = 'read committed';
            SET statement_timeout = {milliseconds};
            SET lock_timeout = {milliseconds};
            SET plan_cache_mode = force_generic_plan;
            SET jit = off;
            SET enable_seqscan = off;
            SET enable_hashjoin = off;
            SET enable_mergejoin = off;
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()
                AND classid = {(uint)(lane >> 32)} AND objid = {(uint)lane}
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
            SELECT pg_advisory_lock({lane});
            """), connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await RequireDurableAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private static async Task RequireDurableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('server_encoding')",
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (commit, fsync, encoding) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
        if (commit is not ("on" or "remote_apply"))
            throw new StoreRefusedException($"The server has synchronous_commit = {commit}: what it acknowledges may be lost.");
        if (fsync is not "on")
            throw new StoreRefusedException($"The server has fsync = {fsync}: what it acknowledges may be lost.");
        if (encoding is not "UTF8")
            throw new StoreRefusedException($"The database is encoded in {encoding}, not in UTF8.");
    }
}
