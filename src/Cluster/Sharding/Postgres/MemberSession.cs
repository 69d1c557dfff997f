using System.Collections.Immutable;
using Cluster.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Cluster.Sharding.Postgres;

/// <summary>A shard as its new owner gets it.</summary>
/// <param name="Deaths">Owners before that were lost soon after they took it, one after the other.</param>
internal readonly record struct TakenShard(int Shard, int Deaths);

/// <summary>One database session of a member: the statements of the protocol that README.md describes, and nothing else.</summary>
internal sealed class MemberSession : IAsyncDisposable
{
    /// <summary>An owner that is lost within this time after it took a shard counts as a death of the shard.</summary>
    private static readonly TimeSpan s_young = TimeSpan.FromSeconds(60);

    private readonly NpgsqlConnection _connection;
    private readonly Guid _self;

    private MemberSession(NpgsqlConnection connection, Guid self)
    {
        _connection = connection;
        _self = self;
    }

    /// <summary>Opens a session. For as long as it lasts it shows the others that this process lives.</summary>
    public static async Task<MemberSession> OpenAsync(NpgsqlDataSource source, Guid self, CancellationToken cancellationToken)
    {
        var session = new MemberSession(await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), self);
        try
        {
            await using var command = session.Command("SELECT pg_advisory_lock_shared(cluster_session_lock($1))", self);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="StoreRefusedException">The present members have other keys.</exception>
    public async Task JoinAsync(MembershipSettings settings, int port, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        await InsertAsync(settings, port, key, cancellationToken).ConfigureAwait(false);

        // Only now: of nodes that join at the same moment at least one sees the other.
        await using var command = Command(
            "SELECT name FROM member WHERE node_id <> $1 AND state <> 'down' AND fingerprint <> $2 LIMIT 1", _self, settings.Fingerprint);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string other)
        {
            await EndAsync(cancellationToken).ConfigureAwait(false);
            throw new StoreRefusedException(
                $"Node '{other}' of this cluster has another master key than this node. All nodes need the same files in their keys folder.");
        }

        await NotifyAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task InsertAsync(MembershipSettings settings, int port, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            WITH forgotten AS (DELETE FROM member WHERE state = 'down' AND ended_at < clock_timestamp() - interval '1 day')
            INSERT INTO member (node_id, name, host, port, http_address, version, key, fingerprint, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'up')
            """,
            _self, settings.Name, settings.Host, port, settings.HttpAddress, settings.Version, key.ToArray(), settings.Fingerprint);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts one heartbeat. <see cref="MemberState.Down"/> if this node was declared down.</summary>
    public async Task<MemberState> BeatAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            UPDATE member SET beat = beat + 1, heartbeat_at = clock_timestamp()
            WHERE node_id = $1 AND state <> 'down' RETURNING state
            """,
            _self);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string state
            ? StateOf(state)
            : MemberState.Down;
    }

    public async Task<ClusterView> ReadAsync(CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                new("""
                    SELECT node_id, name, host, port, http_address, version, key, state, beat, joined_at, heartbeat_at
                    FROM member WHERE state <> 'down' ORDER BY joined_at, node_id
                    """),
                new("SELECT owner, term FROM shard ORDER BY shard_id"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var members = ImmutableArray.CreateBuilder<Member>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            members.Add(ReadMember(reader));
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var shards = ImmutableArray.CreateBuilder<ShardOwner>(ShardMap.ShardCount);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var isFree = await reader.IsDBNullAsync(0, cancellationToken).ConfigureAwait(false);
            shards.Add(new ShardOwner(isFree ? null : reader.GetGuid(0), reader.GetInt64(1)));
        }

        return new ClusterView(members.DrainToImmutable(), shards.DrainToImmutable());
    }

    /// <summary>Takes those of the shards that nobody owns.</summary>
    public async Task<IReadOnlyList<TakenShard>> TakeAsync(ImmutableArray<int> shards, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "SELECT taken, lost_owners FROM cluster_take($1, $2)", _self, shards.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var taken = new List<TakenShard>(shards.Length);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            taken.Add(new TakenShard(reader.GetInt32(0), reader.GetInt32(1)));
        }

        return taken;
    }

    /// <summary>Gives shards back. Waits for this node's appends in flight.</summary>
    public async Task ReleaseAsync(IEnumerable<int> shards, CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT cluster_release($1, $2)", _self, shards.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the suspect is down now, by this call.</summary>
    public async Task<bool> MarkDownAsync(Suspect suspect, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "SELECT cluster_mark_down($1, $2, $3, $4)", suspect.NodeId, suspect.Beat, suspect.WithoutSession, s_young);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Asks a node, this or another, to leave. False if it is not up.</summary>
    public async Task<bool> RequestLeaveAsync(Guid node, CancellationToken cancellationToken)
    {
        await using var command = Command("UPDATE member SET state = 'leaving' WHERE node_id = $1 AND state = 'up'", node);
        var changed = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0;
        await NotifyAsync(cancellationToken).ConfigureAwait(false);
        return changed;
    }

    /// <summary>Ends this node's membership and gives back what it still owns.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT cluster_leave($1)", _self);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static Member ReadMember(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetInt32(3),
        reader.GetString(4),
        reader.GetString(5),
        reader.GetFieldValue<byte[]>(6),
        StateOf(reader.GetString(7)),
        reader.GetInt64(8),
        reader.GetFieldValue<DateTimeOffset>(9),
        reader.GetFieldValue<DateTimeOffset>(10));

    private static MemberState StateOf(string state) => state switch
    {
        "up" => MemberState.Up,
        "leaving" => MemberState.Leaving,
        _ => MemberState.Down,
    };

    private async Task NotifyAsync(CancellationToken cancellationToken)
    {
        await using var command = Command($"NOTIFY {MemberSource.Channel}");
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value is int[] numbers
                ? new NpgsqlParameter<int[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer }
                : new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
