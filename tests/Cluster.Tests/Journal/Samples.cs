using System.Text;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;
using Dapper;

namespace Cluster.Tests.Journal;

/// <summary>Entities, units and tables that the contract speaks of.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new DateTimeOffset(2030, 5, 17, 8, 30, 1, 234, TimeSpan.Zero).AddMicroseconds(567);

    /// <summary>A table with every type of column.</summary>
    public static readonly ReadTable Thing = new(
        "thing",
        [new Column("id", ColumnType.Uuid)],
        [
            new Column("owner_id", ColumnType.Uuid), new Column("label", ColumnType.Text),
            new Column("amount", ColumnType.Integer), new Column("happened_at", ColumnType.Timestamp),
            new Column("is_done", ColumnType.Boolean), new Column("body", ColumnType.Bytes),
        ]);

    /// <summary>A table with a key of two columns.</summary>
    public static readonly ReadTable Pair = new(
        "pair",
        [new Column("label", ColumnType.Text), new Column("position", ColumnType.Integer)],
        [new Column("amount", ColumnType.Integer)]);

    /// <summary>A table that is all key.</summary>
    public static readonly ReadTable Mark = new("mark", [new Column("id", ColumnType.Uuid)], []);

    /// <summary>A table whose rows are never replaced.</summary>
    public static readonly ReadTable Note = new(
        "note", [new Column("id", ColumnType.Uuid)], [new Column("label", ColumnType.Text)])
    { IsInsertOnly = true };

    /// <summary>A table with columns that are sealed.</summary>
    public static readonly ReadTable Secret = new(
        "secret",
        [new Column("id", ColumnType.Uuid), new Column("number", ColumnType.Integer)],
        [
            new Column("label", ColumnType.Text) { IsSealed = true }, new Column("amount", ColumnType.Integer),
            new Column("body", ColumnType.Bytes) { IsSealed = true },
        ]);

    public static RowChange SecretRow(Guid id, int number, string? label, byte[]? body) => new(Secret, [id, number, label, 7, body], false);

    public static RowChange NoteRow(Guid id, string label) => new(Note, [id, label], false);

    public static MigrationSet Schema(IJournalStore store) => new(
        "samples", [new Migration(1, "tables", string.Concat(new[] { Thing, Pair, Mark, Note, Secret }.Select(store.Ddl)))]);

    public static EntityRef Entity(string type = "run") => new(type, ShardMap.NewId(Random.Shared.Next(256), Now));

    public static Payload Payload(string text) => new("happened.v1", Encoding.UTF8.GetBytes(text));

    public static string Text(in Payload payload) => Encoding.UTF8.GetString(payload.Bytes.Span);

    public static AppendUnit Unit(EntityRef entity, long first, params string[] events) =>
        new(entity, ShardMap.ShardOf(entity.Id), first, [.. events.Select(Payload)], [], null);

    public static AppendUnit WithRows(this AppendUnit unit, params RowChange[] rows) => unit with { Rows = rows };

    public static AppendUnit WithSnapshot(this AppendUnit unit, long sequenceNr, string text) =>
        unit with { Snapshot = new StoredSnapshot(sequenceNr, new Payload("state.v1", Encoding.UTF8.GetBytes(text))) };

    public static RowChange ThingRow(Guid id, string? label) => new(Thing, [id, null, label, null, null, null, null], false);

    public static RowChange NoThing(Guid id) => new(Thing, [id], true);

    public static RowChange PairRow(string label, long position, long amount) => new(Pair, [label, position, amount], false);

    public static async Task<AppendResult[]> AppendAsync(this IJournal journal, params AppendUnit[] batch) =>
        [.. await journal.AppendAsync(batch, Now, CancellationToken.None)];

    public static async Task<List<JournalRecord>> ReadAllAsync(this IJournal journal, EntityRef entity, long after = 0)
    {
        var records = new List<JournalRecord>();
        await foreach (var record in journal.ReadAsync(entity, after, CancellationToken.None))
            records.Add(record);
        return records;
    }

    public static async Task<string[]> TextsAsync(this IJournal journal, EntityRef entity, long after = 0) =>
        [.. (await journal.ReadAllAsync(entity, after)).Select(record => Text(record.Payload))];

    public static async Task<List<T>> QueryAsync<T>(this IReadStore reads, string sql, object? parameters = null)
    {
        await using var connection = await reads.OpenReadAsync(CancellationToken.None);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    public static Task<List<string?>> LabelsAsync(this IReadStore reads, Guid id) =>
        reads.QueryAsync<string?>("SELECT label FROM thing WHERE id = @id", new { id });
}
