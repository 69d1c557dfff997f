using System.Globalization;
using Cluster.Benchmarks.Nodes;
using Dapper;

namespace Cluster.Benchmarks.Purge;

/// <summary>Rows of the tables of history, and what the store takes on disk, with indexes and free space.</summary>
internal sealed record StoreSize(IReadOnlyDictionary<string, long> Rows, double Megabytes)
{
    public long AllRows => Rows.Values.Sum();

    public static async Task<StoreSize> OfAsync(NodeStore store)
    {
        await using var connection = await store.OpenAsync();
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in History.Tables)
            rows[table] = await connection.QuerySingleAsync<long>($"select count(*) from {History.RowsOf(table)}");
        var bytes = await connection.QuerySingleAsync<long>(store.IsShared
            ? "select pg_database_size(current_database())"
            : "select page_count * page_size from pragma_page_count(), pragma_page_size()");
        return new StoreSize(rows, bytes / 1e6);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{string.Join(", ", Rows.Select(static table => $"{table.Key} {table.Value}"))}; {Megabytes:0} MB");
}
