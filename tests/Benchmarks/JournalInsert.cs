using Cluster.Journal;
using Cluster.Sharding;
using Npgsql;

namespace Cluster.Benchmarks;

/// <summary>An event as the journal stores it.</summary>
internal readonly record struct JournalRow(string Type, Guid Id, long SequenceNr, string Manifest, ReadOnlyMemory<byte> Payload);

/// <summary>Events into PostgreSQL by hand: one prepared statement with arrays, and no question asked.</summary>
internal static class JournalInsert
{
    private const string Sql = """
        INSERT INTO journal (entity_type, entity_id, seq_nr, shard, manifest, payload, written_at)
        SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::integer[], $5::text[], $6::bytea[], $7::bigint[])
        """;

    public static async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(database + ";Pooling=false;Max Auto Prepare=20;Auto Prepare Min Usages=2");
        await connection.OpenAsync();
        return connection;
    }

    public static NpgsqlBatchCommand Of(JournalRow[] rows)
    {
        var now = StoredTime.ToMicroseconds(TimeProvider.System.GetUtcNow());
        var command = new NpgsqlBatchCommand(Sql);
        Add(command, Array.ConvertAll(rows, static row => row.Type));
        Add(command, Array.ConvertAll(rows, static row => row.Id));
        Add(command, Array.ConvertAll(rows, static row => row.SequenceNr));
        Add(command, Array.ConvertAll(rows, static row => ShardMap.ShardOf(row.Id)));
        Add(command, Array.ConvertAll(rows, static row => row.Manifest));
        Add(command, Array.ConvertAll(rows, static row => row.Payload));
        Add(command, Array.ConvertAll(rows, _ => now));
        return command;
    }

    private static void Add<T>(NpgsqlBatchCommand command, T[] column) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = column });
}
