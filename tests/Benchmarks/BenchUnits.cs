using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;

namespace Cluster.Benchmarks;

/// <summary>What the journal benchmarks store: a new entity each, one 300-byte event and two rows of eight columns.</summary>
internal static class BenchUnits
{
    public static readonly ReadTable First = Table("bench_run");
    public static readonly ReadTable Second = Table("bench_work_order");

    public static AppendUnit[] Batch(int size, int lane = 0, int lanes = 1) =>
        [.. Enumerable.Range(0, size).Select(_ => Unit((Random.Shared.Next(ShardMap.ShardCount / lanes) * lanes) + lane))];

    /// <param name="id">The store's type of an id, and so on.</param>
    public static MigrationSet Schema(string id, string integer, string boolean, string suffix)
    {
        var tables = new[] { First, Second }.Select(table => $"""
            CREATE TABLE {table.Name} (
                id {id} NOT NULL PRIMARY KEY, project_id {id}, state TEXT, source TEXT, attempt {integer},
                created_at {integer}, ended_at {integer}, retry {boolean}) {suffix};
            """);
        return new MigrationSet("bench", [new Migration(1, "tables", string.Concat(tables))]);
    }

    private static AppendUnit Unit(int shard)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = ShardMap.NewId(shard, now);
        var payload = new byte[300];
        Random.Shared.NextBytes(payload);
        return new AppendUnit(
            new EntityRef("run", id),
            shard,
            1,
            [new Payload("run-created.v1", payload)],
            [new RowChange(First, Row(id, now), false), new RowChange(Second, Row(ShardMap.NewId(0, now), now), false)],
            null);
    }

    private static object?[] Row(Guid id, DateTimeOffset now) =>
        [id, id, "available", "https://example.org/webhook", 42L, now, null, true];

    private static ReadTable Table(string name) => new(
        name,
        [new Column("id", ColumnType.Uuid)],
        [
            new Column("project_id", ColumnType.Uuid), new Column("state", ColumnType.Text),
            new Column("source", ColumnType.Text), new Column("attempt", ColumnType.Integer),
            new Column("created_at", ColumnType.Timestamp), new Column("ended_at", ColumnType.Timestamp),
            new Column("retry", ColumnType.Boolean),
        ]);
}
