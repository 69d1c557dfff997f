using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>Makes Npgsql's data sources with what the cluster uses of it: what maps types that no table has would take memory in every node.</summary>
internal static class PostgresSource
{
    public static NpgsqlDataSource Create(NpgsqlConnectionStringBuilder connection) => Builder(connection).Build();

    public static NpgsqlSlimDataSourceBuilder Builder(NpgsqlConnectionStringBuilder connection) =>
        new NpgsqlSlimDataSourceBuilder(connection.ConnectionString)
            .EnableTransportSecurity()
            .EnableIntegratedSecurity()
            .EnableArrays();
}
