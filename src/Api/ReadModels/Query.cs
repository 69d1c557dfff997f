using System.Data.Common;
using Cluster.Journal;
using Dapper;

namespace Api.ReadModels;

/// <summary>One query on one connection. Columns map to properties without regard to underscores.</summary>
internal static class Query
{
    static Query() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public static async Task<List<T>> ListAsync<T>(
        this IReadStore store, string sql, object? arguments, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken);
        return await connection.ListAsync<T>(sql, arguments, cancellationToken);
    }

    public static async Task<List<T>> ListAsync<T>(
        this DbConnection connection, string sql, object? arguments, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();

    public static async Task<T?> FindAsync<T>(
        this IReadStore store, string sql, object? arguments, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<T>(
            new CommandDefinition(sql, arguments, cancellationToken: cancellationToken));
    }
}
