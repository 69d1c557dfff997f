using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Cluster.Kit;

/// <summary>Opens what nodes stored, for those who read a database past them.</summary>
/// <param name="keys">The data key of an id.</param>
public sealed class StoreOpener(Func<Guid, DataKey> keys)
{
    /// <param name="keysFolder">That of the nodes.</param>
    public static StoreOpener Of(string keysFolder)
    {
        var master = File.ReadAllBytes(Path.Combine(keysFolder, "master.key"));
        var known = new ConcurrentDictionary<Guid, DataKey>();
        return new StoreOpener(id => known.GetOrAdd(id, each => new DataKey(each, each, HKDF.DeriveKey(
            HashAlgorithmName.SHA256, master, DataKey.Bytes, [], [.. "data key"u8, .. each.ToByteArray(bigEndian: true)]))));
    }

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

    private DataKey Key(byte[] stored) => keys(SealedBlob.KeyIdOf(stored));
}
