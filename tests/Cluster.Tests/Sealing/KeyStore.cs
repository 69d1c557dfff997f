using Cluster.Journal.Postgres;
using Cluster.Journal.Sqlite;
using Cluster.Kit;
using Cluster.Kit.Postgres;
using Cluster.Sealing;
using Cluster.Sealing.Postgres;
using Cluster.Sealing.Sqlite;

namespace Cluster.Tests.Sealing;

/// <summary>A store with tables of keys, and two independent ways to it: of two nodes, or of a node and an operator's command.</summary>
internal sealed class KeyStore(IKeyDatabase one, IKeyDatabase other, Func<ValueTask> dispose) : IAsyncDisposable
{
    public IKeyDatabase One => one;

    public IKeyDatabase Other => other;

    public static async Task<KeyStore> OpenAsync(bool isShared) => isShared ? await PostgresAsync() : await SqliteAsync();

    public ValueTask DisposeAsync() => dispose();

    private static async Task<KeyStore> SqliteAsync()
    {
        var folder = new TempFolder();
        var path = folder.File("cluster.db");
        var journal = await SqliteJournal.OpenAsync(
            new SqliteJournalOptions { Path = path, Migrations = [KeySchema.Sqlite] }, TimeProvider.System, default);
        return new KeyStore(new SqliteNodeKeys(journal), (await SqliteFileKeys.FindAsync(path, default))!, async () =>
        {
            await journal.DisposeAsync();
            folder.Dispose();
        });
    }

    private static async Task<KeyStore> PostgresAsync()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        var options = new PostgresJournalOptions { ConnectionString = database, Migrations = [KeySchema.Postgres] };
        await (await PostgresJournal.OpenAsync(options, TimeProvider.System, default)).DisposeAsync();
        var (one, other) = (new PostgresKeys(options, TimeProvider.System), new PostgresKeys(options, TimeProvider.System));
        return new KeyStore(one, other, async () =>
        {
            await one.DisposeAsync();
            await other.DisposeAsync();
            await server.DropDatabaseAsync(database);
        });
    }
}
