using System.Text.Json;
using Cluster.Kit;
using EndToEnd.Kit;
using Npgsql;

namespace EndToEnd.Chaos;

/// <summary>All that the database holds when everything is over.</summary>
internal sealed record Evidence(
    IReadOnlyList<JournalRow> Journal,
    IReadOnlyList<AuditRow> Audit,
    IReadOnlyList<RunRow> Runs,
    IReadOnlySet<string> Markers)
{
    public const string RunType = "run";
    public const string ProjectType = "project";

    /// <summary>From now on the database notes who adds to the journal, and what it thinks of that shard at that moment. Of what
    /// is in the journal already, such as the first user, nobody knows.</summary>
    public static Task WatchWritersAsync(DatabaseView database) => database.ExecuteAsync(
        """
        CREATE TABLE audit (
            entity_type text, entity_id uuid, seq_nr bigint, shard integer, term bigint, owner uuid, writer text);
        CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO audit
            SELECT NEW.entity_type, NEW.entity_id, NEW.seq_nr, NEW.shard, shard.term, shard.owner, current_setting('application_name')
            FROM shard WHERE shard_id = NEW.shard;
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER audit_append AFTER INSERT ON journal FOR EACH ROW EXECUTE FUNCTION audit_append();
        CREATE TABLE unwatched AS SELECT entity_type, entity_id, seq_nr FROM journal;
        """);

    private const string Forged = "forged";

    public static Task<Evidence> ReadAsync(DatabaseView database, StoreOpener opener) =>
        database.AtOneMomentAsync(connection => ReadAsync(connection, opener));

    private static async Task<Evidence> ReadAsync(NpgsqlConnection database, StoreOpener opener) => new(
        await DatabaseView.RowsAsync(
            database,
            """
            SELECT entity_type, entity_id, seq_nr, shard, manifest, payload,
                   (entity_type, entity_id, seq_nr) NOT IN (SELECT entity_type, entity_id, seq_nr FROM unwatched)
            FROM journal ORDER BY entity_type, entity_id, seq_nr
            """,
            row => new JournalRow(
                row.GetString(0), row.GetGuid(1), row.GetInt64(2), row.GetInt32(3), row.GetString(4),
                JsonElement.Parse(PayloadOf(row, opener)))
            { IsWatched = row.GetBoolean(6) }),
        await DatabaseView.RowsAsync(
            database,
            "SELECT entity_type, entity_id, seq_nr, shard, term, owner, writer FROM audit",
            row => new AuditRow(
                row.GetString(0), row.GetGuid(1), row.GetInt64(2), row.GetInt32(3), row.GetInt64(4),
                row.IsDBNull(5) ? Guid.Empty : row.GetGuid(5), WriterOf(row.GetString(6)))),
        await DatabaseView.RowsAsync(
            database,
            """
            SELECT runs.id, runs.work_order_id, work_orders.id IS NOT NULL, runs.status, runs.attempt, dataclips.body, dataclips.id
            FROM runs LEFT JOIN work_orders ON work_orders.id = work_order_id LEFT JOIN dataclips ON dataclips.id = input_dataclip_id
            """,
            row => new RunRow(
                row.GetGuid(0), row.GetGuid(1), row.GetBoolean(2), row.GetString(3), (int)row.GetInt64(4),
                row.IsDBNull(5) ? null : MarkerOf(opener, row.GetGuid(6), row.GetFieldValue<byte[]>(5)))),
        (await DatabaseView.RowsAsync(
            database,
            "SELECT body, id FROM dataclips WHERE type = 'http_request'",
            row => MarkerOf(opener, row.GetGuid(1), row.GetFieldValue<byte[]>(0)))).ToHashSet());

    /// <summary>Appends to an entity, in the name of a node that does not own it: what the fence is there to prevent.</summary>
    public static Task ForgeAppendAsync(DatabaseView database) => database.ExecuteAsync(
        $"""
        SET application_name = 'cluster {Guid.NewGuid():N} journal';
        INSERT INTO journal
        SELECT entity_type, entity_id, max(seq_nr) + 1, shard, '{Forged}', convert_to('null', 'UTF8'), 0
        FROM journal GROUP BY entity_type, entity_id, shard LIMIT 1
        """);

    /// <summary>What was forged is not sealed.</summary>
    private static byte[] PayloadOf(NpgsqlDataReader row, StoreOpener opener)
    {
        var (manifest, stored) = (row.GetString(4), row.GetFieldValue<byte[]>(5));
        return manifest == Forged ? stored : opener.Event(row.GetString(0), row.GetGuid(1), row.GetInt64(2), manifest, stored);
    }

    private static string MarkerOf(StoreOpener opener, Guid clip, byte[] body) => JsonElement.Parse(opener.Column("dataclips", "body", body, clip)).GetProperty("marker").GetString()!;

    /// <summary>Sessions that append are called "cluster", the node's id, "journal".</summary>
    private static Guid WriterOf(string session) =>
        session.Split(' ') is ["cluster", var id, "journal"] && Guid.TryParseExact(id, "N", out var node) ? node : Guid.Empty;
}
