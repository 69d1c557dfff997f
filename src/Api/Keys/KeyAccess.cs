using Api.Hosting;
using Cluster.Sealing;
using Cluster.Sealing.Postgres;
using Cluster.Sealing.Sqlite;

namespace Api.Keys;

/// <summary>The key tables of a store for an operator's command, while nodes may have it open.</summary>
internal static class KeyAccess
{
    /// <returns>Null if no node has made the store's tables yet.</returns>
    /// <exception cref="Cluster.Journal.JournalUnavailableException">The store cannot be reached.</exception>
    public static async Task<IKeyDatabase?> FindAsync(NodeSettings settings)
    {
        if (settings.Store.Type == StoreType.Sqlite) return await SqliteFileKeys.FindAsync(NodeStore.SqlitePath(settings), CancellationToken.None);
        var keys = new PostgresKeys(NodeStore.Options(settings), TimeProvider.System);
        if (await keys.HasTablesAsync(CancellationToken.None)) return keys;
        await keys.DisposeAsync();
        return null;
    }
}
