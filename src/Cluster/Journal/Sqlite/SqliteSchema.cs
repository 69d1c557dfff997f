using System.Globalization;
using Cluster.Sharding;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Cluster.Journal.Sqlite;

/// <summary>Brings a store to this version's schema and checks that it is ours, all in one transaction.</summary>
internal static class SqliteSchema
{
    private const string Bookkeeping = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            part       TEXT    NOT NULL,
            number     INTEGER NOT NULL,
            name       TEXT    NOT NULL,
            checksum   TEXT    NOT NULL,
            applied_at INTEGER NOT NULL,
            PRIMARY KEY (part, number)
        ) STRICT, WITHOUT ROWID;
        """;

    private static readonly MigrationSet s_journal = Migrations.FromResources(
        "journal", typeof(SqliteSchema).Assembly, "Cluster.Journal.Sqlite.Migrations");

    /// <exception cref="StoreRefusedException">The store is of another version or shard count.</exception>
    public static void Prepare(SqliteConnection connection, IReadOnlyList<MigrationSet> sets, DateTimeOffset now)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(Bookkeeping, transaction: transaction);
        var applied = connection.Query<(string Part, long Number, string Name, string Checksum)>(
            "SELECT part, number, name, checksum FROM schema_migration", transaction: transaction);
        var pending = MigrationsPlan.Pending(
            [s_journal, .. sets],
            [.. applied.Select(row => new AppliedMigration(row.Part, (int)row.Number, row.Name, row.Checksum))]);
        foreach (var step in pending)
            Apply(connection, transaction, step, now);
        RequireSameShards(connection, transaction);
        transaction.Commit();
    }

    private static void Apply(
        SqliteConnection connection, SqliteTransaction transaction, in PendingMigration step, DateTimeOffset now)
    {
        var (part, migration) = step;
        try
        {
            connection.Execute(migration.Sql, transaction: transaction);
        }
        catch (SqliteException e) when (SqliteErrors.IsMisfit(e))
        {
            throw new StoreRefusedException(
                $"Migration {part}/{migration.Number} '{migration.Name}' failed: {e.Message}", e);
        }

        connection.Execute(
            "INSERT INTO schema_migration (part, number, name, checksum, applied_at) VALUES (@part, @number, @name, @sum, @at)",
            new
            {
                part,
                number = migration.Number,
                name = migration.Name,
                sum = Migrations.Checksum(migration),
                at = StoredTime.ToMicroseconds(now),
            },
            transaction);
    }

    private static void RequireSameShards(SqliteConnection connection, SqliteTransaction transaction)
    {
        var expected = ShardMap.ShardCount.ToString(CultureInfo.InvariantCulture);
        connection.Execute(
            "INSERT INTO store_info (key, value) VALUES ('shard_count', @shards), ('store_id', @id) ON CONFLICT DO NOTHING",
            new { shards = expected, id = Guid.NewGuid().ToString("D") },
            transaction);
        var stored = connection.QuerySingle<string>(
            "SELECT value FROM store_info WHERE key = 'shard_count'", transaction: transaction);
        if (stored != expected)
            throw new StoreRefusedException($"The store was made for {stored} shards, this version has {expected}.");
    }
}
