using Cluster.Sharding;
using Npgsql;

namespace Cluster.Benchmarks.Members;

/// <summary>Rows of members who have joined and own what they should, as if their nodes were there.</summary>
internal static class MemberRows
{
    /// <summary>Heartbeats of every member before anything is measured: pages then hold older versions of rows, as they always do.</summary>
    private const int Beats = 3;

    private const string Join = """
        INSERT INTO member (node_id, name, host, port, http_address, version, key, fingerprint, state)
        SELECT node_id, 'node-' || nr, 'node-' || nr || '.cluster.example.org', 4100,
            'https://node-' || nr || '.cluster.example.org:4000', '0.7.0', decode(repeat('5a', 32), 'hex'), repeat('f', 64), 'up'
        FROM unnest($1) WITH ORDINALITY AS joining (node_id, nr)
        """;

    private const string Own = """
        UPDATE shard SET owner = placed.owner, term = 1, taken_at = clock_timestamp()
        FROM unnest($1) WITH ORDINALITY AS placed (owner, nr) WHERE shard_id = nr - 1
        """;

    public static async Task InsertAsync(string database, Guid[] members)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false });
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, Join, members);
        await ExecuteAsync(connection, Own, [.. Rendezvous.Place(members).Select(owner => owner!.Value)]);
        await ExecuteAsync(connection, "UPDATE member SET owned = cluster_owned(node_id)");
        for (var beat = 0; beat < Beats; beat++)
            await ExecuteAsync(connection, "UPDATE member SET beat = beat + 1, heartbeat_at = clock_timestamp()");
        await ExecuteAsync(connection, "ANALYZE member, shard");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, Guid[]? ids = null)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (ids is not null)
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        await command.ExecuteNonQueryAsync();
    }
}
