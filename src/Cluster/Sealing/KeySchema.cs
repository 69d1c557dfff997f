using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>The tables of keys; to be applied with the store's other migrations.</summary>
public static class KeySchema
{
    public static MigrationSet Sqlite { get; } =
        Migrations.FromResources("keys", typeof(KeySchema).Assembly, "Cluster.Sealing.Sqlite.Migrations");

    public static MigrationSet Postgres { get; } =
        Migrations.FromResources("keys", typeof(KeySchema).Assembly, "Cluster.Sealing.Postgres.Migrations");
}
