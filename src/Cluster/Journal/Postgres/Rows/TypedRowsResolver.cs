using Npgsql;
using Npgsql.Internal;
using Npgsql.Internal.Postgres;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>
/// Makes Npgsql send <see cref="TypedRows"/> without naming their type, which the statement does: so a table's type need
/// not be known to Npgsql, and may change while a connection is open.
/// </summary>
internal sealed class TypedRowsResolver : PgTypeInfoResolverFactory, IPgTypeInfoResolver
{
    /// <summary>Of connections that can send <see cref="TypedRows"/>.</summary>
    public static NpgsqlSlimDataSourceBuilder Builder(NpgsqlConnectionStringBuilder connection)
    {
        var builder = PostgresSource.Builder(connection);
        builder.AddTypeInfoResolverFactory(new TypedRowsResolver());
        return builder;
    }

    public override IPgTypeInfoResolver CreateResolver() => this;

    public override IPgTypeInfoResolver? CreateArrayResolver() => null;

    public PgTypeInfo? GetTypeInfo(Type? type, DataTypeName? dataTypeName, PgSerializerOptions options) => type == typeof(TypedRows)
        ? new PgTypeInfo(options, new TypedRowsConverter(), new DataTypeName("pg_catalog.unknown")) { PreferredFormat = DataFormat.Binary }
        : null;
}
