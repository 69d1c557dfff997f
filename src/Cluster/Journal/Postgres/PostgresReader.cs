using System.Runtime.CompilerServices;
using Cluster.Entities;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>Reads events and snapshots on pooled connections. No connection is held between two pages.</summary>
internal sealed class PostgresReader(PostgresConnections connections, PostgresJournalOptions options)
{
    private const int Tries = 3;

    // The server ends a page after the event that reaches the size, so that no more is sent than is used.
    private const string PageSql = """
        SELECT seq_nr, manifest, payload, written_at
        FROM (
            SELECT *, sum(length(payload)) OVER (ORDER BY seq_nr ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM (
                SELECT * FROM journal WHERE entity_type = $1 AND entity_id = $2 AND seq_nr > $3 ORDER BY seq_nr LIMIT $4
            ) AS page
        ) AS measured
        WHERE before IS NULL OR before < $5 ORDER BY seq_nr
        """;

    private const string SnapshotSql = """
        SELECT seq_nr, manifest, payload FROM snapshot WHERE entity_type = $1 AND entity_id = $2
        """;

    public Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken) => RunAsync(
        connection => SnapshotAsync(connection, entity, cancellationToken), cancellationToken);

    public async IAsyncEnumerable<JournalRecord> ReadAsync(
        EntityRef entity, long afterSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (after, last) = (afterSequenceNr, false);
        while (!last)
        {
            var from = after;
            (var page, last) = await RunAsync(
                connection => PageAsync(connection, entity, from, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var record in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
                after = record.SequenceNr;
            }
        }
    }

    // A pooled connection may have broken while nobody used it, and reading twice does no harm.
    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                await using var connection = await connections.OpenReaderAsync(cancellationToken).ConfigureAwait(false);
                return await read(connection).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (left == 1 || !PostgresErrors.IsConnectionLost(e))
            {
                throw PostgresErrors.Unavailable(e, connections.Name);
            }
            catch (NpgsqlException)
            {
                // Again, on another connection.
            }
        }
    }

    private async Task<(List<JournalRecord> Page, bool IsLast)> PageAsync(
        NpgsqlConnection connection, EntityRef entity, long after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PageSql, connection)
        {
            Parameters =
            {
                new() { Value = entity.Type },
                new() { Value = entity.Id },
                new() { Value = after },
                new() { Value = (long)options.PageReads },
                new() { Value = (long)options.PageBytes },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var page = new List<JournalRecord>();
        long bytes = 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var record = new JournalRecord(
                reader.GetInt64(0), PayloadAt(reader, 1), StoredTime.FromMicroseconds(reader.GetInt64(3)));
            page.Add(record);
            bytes += record.Payload.Bytes.Length;
        }

        return (page, page.Count < options.PageReads && bytes < options.PageBytes);
    }

    private static async Task<StoredSnapshot?> SnapshotAsync(
        NpgsqlConnection connection, EntityRef entity, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SnapshotSql, connection)
        {
            Parameters = { new() { Value = entity.Type }, new() { Value = entity.Id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new StoredSnapshot(reader.GetInt64(0), PayloadAt(reader, 1))
            : null;
    }

    private static Payload PayloadAt(NpgsqlDataReader reader, int column) =>
        new(reader.GetString(column), reader.GetFieldValue<byte[]>(column + 1));
}
