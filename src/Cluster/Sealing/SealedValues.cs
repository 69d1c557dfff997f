using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>Opens values of sealed columns that were read from the store.</summary>
public sealed class SealedValues(IDataKeys keys, StoreProtection protection)
{
    /// <param name="key">Of the row the value was read from, in the order of the table's key columns.</param>
    /// <exception cref="IntegrityException">It is damaged, or not what was stored there.</exception>
    /// <exception cref="KeyDestroyedException">Its owner's keys were destroyed.</exception>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    public async ValueTask<byte[]> OpenAsync(
        ReadTable table, string column, ReadOnlyMemory<object?> key, byte[] stored, CancellationToken cancellationToken)
    {
        if (protection.IsInClear)
        {
            SealedBlob.RequireClear(stored);
            return stored;
        }

        var dataKey = await KeyAsync(stored, cancellationToken).ConfigureAwait(false);
        return dataKey.Open(stored, new RecordIdentity().OfColumn(table, column, key.Span));
    }

    /// <summary>As <see cref="OpenAsync"/>, but in the memory of what was read, which is gone then.</summary>
    /// <inheritdoc cref="OpenAsync" path="/param|/exception" />
    public async ValueTask<ReadOnlyMemory<byte>> OpenInPlaceAsync(
        ReadTable table, string column, ReadOnlyMemory<object?> key, byte[] stored, CancellationToken cancellationToken)
    {
        if (protection.IsInClear)
        {
            SealedBlob.RequireClear(stored);
            return stored;
        }

        var dataKey = await KeyAsync(stored, cancellationToken).ConfigureAwait(false);
        return dataKey.OpenInPlace(stored, new RecordIdentity().OfColumn(table, column, key.Span));
    }

    private ValueTask<DataKey> KeyAsync(byte[] stored, CancellationToken cancellationToken) =>
        keys.FindAsync(SealedBlob.KeyIdOf(stored), cancellationToken);
}
