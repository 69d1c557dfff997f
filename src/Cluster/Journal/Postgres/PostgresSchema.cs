using System.Globalization;
using Cluster.Sharding;
using Dapper;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>
/// Brings a store to this version's schema and checks that it is ours, all in one transaction. Nodes that start at the
/// same time wait for each other.
/// </summary>
internal static class PostgresSchema
{
    // The word "cluster" in ASCII, so that it is nobody else's by accident.
    private const long Lock = 0x636c7573746572;

    // A step may rewrite a large table, and other nodes wait for it.
    private const int LongestSeconds = 600;

    private const string Bookkeeping = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            part       text    NOT NULL,
            number     integer NOT NULL,
            name       text    NOT NULL,
            checksum   text    NOT NULL,
            applied_at bigint  NOT NULL,
            PRIMARY KEY (part, number)
        )
        """;

    private static readonly MigrationSet s_journal = Migrations.FromResources(
        "journal", typeof(PostgresSchema).Assembly, "Cluster.Journal.Postgres.Migrations");

    /// <exception cref="StoreRefusedException">The store is of another version or shard count.</exception>
    public static async Task PrepareAsync(
        NpgsqlConnection connection, IReadOnlyList<MigrationSet> sets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@Lock)", new { Lock }, commandTimeout: LongestSeconds)
            .ConfigureAwait(false);
        await connection.ExecuteAsync(Bookkeeping).ConfigureAwait(false);
        var applied = await connection.QueryAsync<(string Part, int Number, string Name, string Checksum)>(
            "SELECT part, number, name, checksum FROM schema_migration").ConfigureAwait(false);
        var pending = MigrationsPlan.Pending(
            [s_journal, .. sets],
            [.. applied.Select(row => new AppliedMigration(row.Part, row.Number, row.Name, row.Checksum))]);
        foreach (var step in pending)
            await ApplyAsync(connection, step, now, cancellationToken).ConfigureAwait(false);
        await RequireSameShardsAsync(connection).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, PendingMigration step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (part, migration) = step;
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                migration.Sql, commandTimeout: LongestSeconds, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        catch (PostgresException e) when (PostgresErrors.Judge(e) is Verdict.Misfit or Verdict.Outdated)
        {
            throw new StoreRefusedException(
                $"Migration {part}/{migration.Number} '{migration.Name}' failed: {e.Message}", e);
        }

        await connection.ExecuteAsync(
            "INSERT INTO schema_migration (part, number, name, checksum, applied_at) VALUES (@part, @number, @name, @sum, @at)",
            new
            {
                part,
                number = migration.Number,
                name = migration.Name,
                sum = Migrations.Checksum(migration),
                at = StoredTime.ToMicroseconds(now),
            }).ConfigureAwait(false);
    }

    private static async Task RequireSameShardsAsync(NpgsqlConnection connection)
    {
        var expected = ShardMap.ShardCount.ToString(CultureInfo.InvariantCulture);
        await connection.ExecuteAsync(
            "INSERT INTO store_info (key, value) VALUES ('shard_count', @shards), ('store_id', @id) ON CONFLICT DO NOTHING",
            new { shards = expected, id = Guid.NewGuid().ToString("D") }).ConfigureAwait(false);
        var stored = await connection.QuerySingleAsync<string>(
            "SELECT value FROM store_info WHERE key = 'shard_count'").ConfigureAwait(false);
        if (stored != expected)
            throw new StoreRefusedException($"The store was made for {stored} shards, this version has {expected}.");
    }
}
