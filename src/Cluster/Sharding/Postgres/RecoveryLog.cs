using Cluster.Entities;
using Npgsql;

namespace Cluster.Sharding.Postgres;

/// <summary>The tables of <see cref="Adoption"/>.</summary>
internal sealed class RecoveryLog(ClusterMember member) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = MemberSource.CreatePool(member);
    private const string Columns = "entity_type, entity_id, shard, attempts, since";

    /// <param name="calm">Shards whose owner before was not lost soon after it took them.</param>
    /// <param name="uneasy">The others.</param>
    /// <returns>The entities of all of them that are set aside.</returns>
    public Task<List<SetAsideEntity>> TakenAsync(int[] calm, int[] uneasy, CancellationToken cancellationToken) =>
        ReadAsync($"SELECT {Columns} FROM cluster_set_aside($1, $2, $3)", cancellationToken, member.State.Self, calm, uneasy);

    /// <exception cref="InvalidOperationException">The shard is not this node's any more.</exception>
    public async Task BeginAsync(EntityRef entity)
    {
        const string Sql = """
            INSERT INTO recovery (entity_type, entity_id, shard, node_id, attempts, recovered)
            SELECT $1, $2, shard_id, owner, 1, false FROM shard WHERE shard_id = $3 AND owner = $4
            ON CONFLICT (entity_type, entity_id) DO UPDATE SET
                node_id = excluded.node_id, attempts = recovery.attempts + 1, recovered = false, started_at = clock_timestamp()
            """;
        if (await ExecuteAsync(Sql, entity.Type, entity.Id, ShardMap.ShardOf(entity.Id), member.State.Self).ConfigureAwait(false) == 0)
        {
            throw new InvalidOperationException("the shard is not owned by this node any more");
        }
    }

    public Task SucceedAsync(EntityRef entity) => ExecuteAsync(
        "UPDATE recovery SET recovered = true WHERE entity_type = $1 AND entity_id = $2 AND node_id = $3", entity.Type, entity.Id, member.State.Self);

    /// <summary>Whatever happens to the node from now on is not the entity's doing.</summary>
    public Task ForgetAsync(EntityRef entity) => ExecuteAsync(
        "DELETE FROM recovery WHERE entity_type = $1 AND entity_id = $2 AND node_id = $3", entity.Type, entity.Id, member.State.Self);

    public async Task<bool> IsSetAsideAsync(EntityRef entity) => (await ReadAsync(
        $"SELECT {Columns} FROM set_aside WHERE entity_type = $1 AND entity_id = $2", CancellationToken.None, entity.Type, entity.Id)
        .ConfigureAwait(false)).Count > 0;

    /// <param name="most">The newest so many.</param>
    public Task<List<SetAsideEntity>> ListAsync(int most, CancellationToken cancellationToken) =>
        ReadAsync($"SELECT {Columns} FROM set_aside ORDER BY since DESC, entity_id LIMIT $1", cancellationToken, most);

    /// <returns>False if it is not set aside.</returns>
    public async Task<bool> RestoreAsync(EntityRef entity) => await ExecuteAsync(
        "DELETE FROM set_aside WHERE entity_type = $1 AND entity_id = $2", entity.Type, entity.Id).ConfigureAwait(false) > 0;

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<int> ExecuteAsync(string sql, params object[] values)
    {
        await using var connection = await _source.OpenConnectionAsync().ConfigureAwait(false);
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private async Task<List<SetAsideEntity>> ReadAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<SetAsideEntity>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(Read(reader));
        }

        return found;
    }

    private static SetAsideEntity Read(NpgsqlDataReader reader) => new(
        new EntityRef(reader.GetString(0), reader.GetGuid(1)),
        reader.GetInt32(2),
        reader.GetInt32(3),
        reader.GetFieldValue<DateTimeOffset>(4));

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
