using System.Collections;
using Cluster.Entities;
using Cluster.Sharding;
using Cluster.Tests.Journal;
using Npgsql;

namespace Cluster.Tests.Sharding.Postgres;

/// <summary>The tables of the protocol on a real server, and its statements as a node sends them.</summary>
internal sealed class MemberDatabase : IAsyncDisposable
{
    private readonly PostgresStore _store;

    private MemberDatabase(PostgresStore store) => _store = store;

    public string ConnectionString => _store.ConnectionString;

    public static async Task<MemberDatabase> CreateAsync()
    {
        var store = await PostgresStore.CreateAsync();
        await (await PostgresStore.OpenJournalAsync(store.Options with { Migrations = [ClusterMember.Migrations] })).DisposeAsync();
        return new MemberDatabase(store);
    }

    public Task<NpgsqlConnection> ConnectAsync() => _store.OpenConnectionAsync();

    /// <summary>A member with heartbeat 5 that owns the shards, made as if by hand.</summary>
    public async Task<Guid> AddMemberAsync(NpgsqlConnection on, params int[] shards)
    {
        var node = Guid.NewGuid();
        await RunAsync(
            on, "INSERT INTO member (node_id, name, host, port, http_address, version, key, fingerprint, state, beat) VALUES ($1, 'n', '', 0, '', '', '', '', 'up', 5)", node);
        await RunAsync(on, "UPDATE shard SET owner = $1, term = term + 1, taken_at = clock_timestamp() WHERE shard_id = ANY ($2)", node, shards);
        await RunAsync(on, "UPDATE member SET owned = cluster_owned(node_id) WHERE node_id = $1", node);
        return node;
    }

    public async Task<Guid> AddMemberAsync(params int[] shards)
    {
        await using var connection = await ConnectAsync();
        return await AddMemberAsync(connection, shards);
    }

    public static async Task<bool> MarkDownAsync(NpgsqlConnection on, Guid node, long beat = 5, bool withoutSession = false) =>
        (bool)(await RunAsync(on, "SELECT cluster_mark_down($1, $2, $3, '60 seconds')", node, beat, withoutSession))!;

    public static Task ReleaseAsync(NpgsqlConnection on, Guid node, params int[] shards) =>
        RunAsync(on, "SELECT cluster_release($1, $2)", node, shards);

    public static async Task<long> TakeAsync(NpgsqlConnection on, Guid node, params int[] shards) =>
        (long)(await RunAsync(on, "SELECT count(*) FROM cluster_take($1, $2)", node, shards))!;

    public static Task FenceAsync(NpgsqlConnection on, Guid node, params int[] shards) =>
        RunAsync(on, "SELECT cluster_fence($1, $2)", node, Bits(shards));

    public static BitArray Bits(params int[] shards)
    {
        var bits = new BitArray(ShardMap.ShardCount);
        foreach (var shard in shards)
            bits[shard] = true;
        return bits;
    }

    public static async Task<object?> BeatAsync(NpgsqlConnection on, Guid node) =>
        await RunAsync(on, "UPDATE member SET beat = beat + 1 WHERE node_id = $1 AND state <> 'down' RETURNING state", node);

    public static Task WriteAsync(NpgsqlConnection on, EntityRef entity) => RunAsync(
        on, "INSERT INTO journal VALUES ($1, $2, 1, $3, 'm', '', 0)", entity.Type, entity.Id, ShardMap.ShardOf(entity.Id));

    public static async Task<long> EventsAsync(NpgsqlConnection on, EntityRef entity) => (long)(await RunAsync(
        on, "SELECT count(*) FROM journal WHERE entity_type = $1 AND entity_id = $2", entity.Type, entity.Id))!;

    public async Task<Guid?> OwnerAsync(int shard)
    {
        await using var connection = await ConnectAsync();
        return await RunAsync(connection, "SELECT owner FROM shard WHERE shard_id = $1", shard) as Guid?;
    }

    public static async Task<object?> RunAsync(NpgsqlConnection on, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, on);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync();
    }

    /// <summary>Waits until a session waits for a lock.</summary>
    public async Task BlockedAsync(NpgsqlConnection session)
    {
        await using var connection = await ConnectAsync();
        while (await RunAsync(connection, "SELECT wait_event_type FROM pg_stat_activity WHERE pid = $1", session.ProcessID) is not "Lock")
        {
            await Task.Delay(2);
        }
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
