using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Sealing;
using Cluster.Sealing.Postgres;
using Cluster.Sealing.Sqlite;

namespace Cluster.Kit;

/// <summary>Opens what nodes stored, for those who read a database past them.</summary>
/// <param name="keys">The data key of an id.</param>
public sealed class StoreOpener(Func<Guid, DataKey> keys)
{
    /// <param name="keysFolder">That of the nodes, with shares of <see cref="KeyShares"/>.</param>
    public static async Task<StoreOpener> OfFileAsync(string path, string keysFolder) =>
        await OfAsync(
            await SqliteFileKeys.FindAsync(path, CancellationToken.None) ?? throw new InvalidOperationException($"'{path}' has no keys"), keysFolder);

    /// <inheritdoc cref="OfFileAsync" path="/param"/>
    public static Task<StoreOpener> OfPostgresAsync(string connection, string keysFolder) =>
        OfAsync(
            new PostgresKeys(new PostgresJournalOptions { ConnectionString = connection, AllowInsecure = true }, TimeProvider.System), keysFolder);

    /// <summary>Whether bytes look like a sealed value.</summary>
    public static bool IsSealed(byte[] stored) => SealedBlob.IsLikely(stored);

    public byte[] Event(string type, Guid id, long sequenceNr, string manifest, byte[] stored) =>
        Key(stored).Open(stored, new RecordIdentity().OfEvent(new EntityRef(type, id), sequenceNr, manifest));

    /// <param name="key">Values of the row's key, in the order of the table's.</param>
    public byte[] Column(string table, string column, byte[] stored, params object[] key)
    {
        ImmutableArray<Column> columns = [.. key.Select((_, i) => new Column($"k{i}", ColumnType.Uuid))];
        return Key(stored).Open(stored, new RecordIdentity().OfColumn(new ReadTable(table, columns, []), column, key));
    }

    public string Text(string table, string column, byte[] stored, params object[] key) =>
        Encoding.UTF8.GetString(Column(table, column, stored, key));

    private static async Task<StoreOpener> OfAsync(IKeyDatabase database, string keysFolder)
    {
        var shares = new ShareSources(Path.Combine(keysFolder, "key-share"), KeyShares.SecondFile(keysFolder), null).Read();
        var ring = await KeyRing.OpenAsync(database, shares.Masters, DataKeySettings.Default, TimeProvider.System, CancellationToken.None);
        var known = new ConcurrentDictionary<Guid, DataKey>();
        return new StoreOpener(id => known.GetOrAdd(id, each => ring.Keys.FindAsync(each, CancellationToken.None).AsTask().GetAwaiter().GetResult()));
    }

    private DataKey Key(byte[] stored) => keys(SealedBlob.KeyIdOf(stored));
}
