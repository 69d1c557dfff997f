using Cluster.Entities;
using Npgsql;
using NpgsqlTypes;
using static Cluster.Journal.Postgres.PostgresArrays;

namespace Cluster.Journal.Postgres;

/// <summary>The statements that write events and snapshots and check what they stand on.</summary>
internal static class PostgresEvents
{
    private const string RequireSql = """
        SELECT journal_require(NOT EXISTS (
            SELECT FROM unnest($1::text[], $2::uuid[], $3::bigint[]) AS given (entity_type, entity_id, seq_nr)
            WHERE NOT EXISTS (
                SELECT FROM journal j
                WHERE j.entity_type = given.entity_type AND j.entity_id = given.entity_id AND j.seq_nr = given.seq_nr)),
            'no gap in the journal')
        """;

    private const string SnapshotSql = """
        INSERT INTO snapshot (entity_type, entity_id, seq_nr, manifest, payload, written_at)
        SELECT entity_type, entity_id, seq_nr, manifest, payload, $6
        FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::bytea[])
            AS given (entity_type, entity_id, seq_nr, manifest, payload)
        ON CONFLICT (entity_type, entity_id) DO UPDATE SET
            seq_nr = excluded.seq_nr, manifest = excluded.manifest,
            payload = excluded.payload, written_at = excluded.written_at
        WHERE excluded.seq_nr >= snapshot.seq_nr
        """;

    private const string ForgetSql = """
        DELETE FROM journal j
        USING unnest($1::text[], $2::uuid[], $3::bigint[]) AS given (entity_type, entity_id, seq_nr)
        WHERE j.entity_type = given.entity_type AND j.entity_id = given.entity_id AND j.seq_nr < given.seq_nr
        """;

    private const string LastSql = """
        SELECT given.position, coalesce((
            SELECT j.seq_nr FROM journal j
            WHERE j.entity_type = given.entity_type AND j.entity_id = given.entity_id
            ORDER BY j.seq_nr DESC LIMIT 1), 0)
        FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS given (entity_type, entity_id, position)
        """;

    /// <summary>Ends the transaction unless the events that the plan stands on are stored.</summary>
    public static NpgsqlBatchCommand Require(IReadOnlyList<(EntityRef Entity, long SequenceNr)> events) => OfEvents(RequireSql, events);

    /// <summary>Deletes the events of each entity before the one named.</summary>
    public static NpgsqlBatchCommand Forget(IReadOnlyList<(EntityRef Entity, long SequenceNr)> kept) => OfEvents(ForgetSql, kept);

    private static NpgsqlBatchCommand OfEvents(string sql, IReadOnlyList<(EntityRef Entity, long SequenceNr)> events) => new(sql)
    {
        Parameters =
        {
            Of(NpgsqlDbType.Text, Map(events, each => Storable(each.Entity.Type))),
            Of(NpgsqlDbType.Uuid, Map(events, each => each.Entity.Id)),
            Of(NpgsqlDbType.Bigint, Map(events, each => each.SequenceNr)),
        },
    };

    public static NpgsqlBatchCommand Upsert(IReadOnlyList<KeyValuePair<EntityRef, StoredSnapshot>> snapshots, long now) =>
        new(SnapshotSql)
        {
            Parameters =
            {
                Of(NpgsqlDbType.Text, Map(snapshots, each => Storable(each.Key.Type))),
                Of(NpgsqlDbType.Uuid, Map(snapshots, each => each.Key.Id)),
                Of(NpgsqlDbType.Bigint, Map(snapshots, each => each.Value.SequenceNr)),
                Of(NpgsqlDbType.Text, Map(snapshots, each => Storable(each.Value.Payload.Manifest))),
                Of(NpgsqlDbType.Bytea, Map(snapshots, each => each.Value.Payload.Bytes)),
                new NpgsqlParameter<long> { TypedValue = now },
            },
        };

    /// <summary>Rows of a position from 1 and the last number, 0 for an entity without events.</summary>
    public static NpgsqlBatchCommand Last(IReadOnlyList<EntityRef> entities) => new(LastSql)
    {
        Parameters =
        {
            Of(NpgsqlDbType.Text, Map(entities, each => Storable(each.Type))),
            Of(NpgsqlDbType.Uuid, Map(entities, each => each.Id)),
        },
    };

    private static TOut[] Map<TIn, TOut>(IReadOnlyList<TIn> list, Func<TIn, TOut> map)
    {
        var mapped = new TOut[list.Count];
        for (var i = 0; i < mapped.Length; i++)
            mapped[i] = map(list[i]);
        return mapped;
    }
}
