using System.Runtime.CompilerServices;
using Cluster.Entities;
using Microsoft.Data.Sqlite;

namespace Cluster.Journal.Sqlite;

/// <summary>Reads events and snapshots on pooled connections. No connection is held between two pages.</summary>
internal sealed class SqliteReader(SqliteConnections connections, SqliteJournalOptions options)
{
    private const string PageSql = """
        SELECT seq_nr, manifest, payload, written_at FROM journal
        WHERE entity_type = @type AND entity_id = @id AND seq_nr > @after
        ORDER BY seq_nr LIMIT @limit
        """;

    private const string SnapshotSql = """
        SELECT seq_nr, manifest, payload FROM snapshot WHERE entity_type = @type AND entity_id = @id
        """;

    public Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken) =>
        RunAsync(connection => ReadSnapshot(connection, entity), cancellationToken);

    public async IAsyncEnumerable<JournalRecord> ReadAsync(
        EntityRef entity, long afterSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (after, last) = (afterSequenceNr, false);
        while (!last)
        {
            var from = after;
            (var page, last) = await RunAsync(
                connection => ReadPage(connection, entity, from, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var record in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
                after = record.SequenceNr;
            }
        }
    }

    // On the pool: SQLite blocks while it reads, and the caller may be an entity's mailbox.
    private Task<T> RunAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                await using var connection = await connections.OpenReadAsync(cancellationToken).ConfigureAwait(false);
                return read(connection);
            }
            catch (SqliteException e)
            {
                throw SqliteErrors.Unavailable(e, connections.Path);
            }
        },
        cancellationToken);

    private (List<JournalRecord> Page, bool IsLast) ReadPage(
        SqliteConnection connection, EntityRef entity, long after, CancellationToken cancellationToken)
    {
        using var command = Command(connection, PageSql, entity);
        command.Parameters.AddWithValue("@after", after);
        command.Parameters.AddWithValue("@limit", options.PageReads);
        using var reader = command.ExecuteReader();
        var page = new List<JournalRecord>();
        long bytes = 0;
        while (bytes < options.PageBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!reader.Read())
                return (page, page.Count < options.PageReads);
            var record = new JournalRecord(
                reader.GetInt64(0), PayloadAt(reader, 1), StoredTime.FromMicroseconds(reader.GetInt64(3)));
            page.Add(record);
            bytes += record.Payload.Bytes.Length;
        }

        return (page, false);
    }

    private static StoredSnapshot? ReadSnapshot(SqliteConnection connection, EntityRef entity)
    {
        using var command = Command(connection, SnapshotSql, entity);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new StoredSnapshot(reader.GetInt64(0), PayloadAt(reader, 1)) : null;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, EntityRef entity)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@type", entity.Type);
        command.Parameters.AddWithValue("@id", entity.Id.ToByteArray(bigEndian: true));
        return command;
    }

    private static Payload PayloadAt(SqliteDataReader reader, int column) =>
        new(reader.GetString(column), reader.GetFieldValue<byte[]>(column + 1));
}
