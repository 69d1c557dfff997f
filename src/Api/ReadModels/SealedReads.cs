using System.Text;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.ReadModels;

/// <summary>Why a stored value is not shown although it is there.</summary>
internal enum Unreadable
{
    /// <summary>It is not what was stored: somebody changed or moved it, or a disk did.</summary>
    IntegrityError,

    /// <summary>Its key was destroyed.</summary>
    DataErased,

    /// <summary>This node has not the master key.</summary>
    Sealed,
}

/// <summary>A value that was sealed, or why it cannot be shown; neither of a value that is null.</summary>
internal readonly record struct Opened(byte[]? Bytes, Unreadable? Unreadable)
{
    public string? Text => Bytes is null ? null : Encoding.UTF8.GetString(Bytes);
}

/// <summary>The one place where values of sealed columns are opened for reading. Each that fails its check is announced, so that it
/// is recorded (see <see cref="IntegrityFault"/>).</summary>
internal sealed class SealedReads(SealedValues values, NoticeBoard notices)
{
    /// <param name="key">Of the row, in the order of the table's key columns; the first is its id.</param>
    /// <exception cref="IntegrityException">It is not what was stored there.</exception>
    /// <exception cref="KeyDestroyedException">Its owner's keys were destroyed.</exception>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    public ValueTask<byte[]> OpenAsync(
        ReadTable table, string column, object[] key, byte[] stored, CancellationToken cancellationToken) =>
        AnnouncedAsync(values.OpenAsync(table, column, key, stored, cancellationToken), table, column, key);

    /// <summary>For large values: what was read is gone, and the value is where it was.</summary>
    /// <inheritdoc cref="OpenAsync" path="/param|/exception" />
    public ValueTask<ReadOnlyMemory<byte>> OpenInPlaceAsync(
        ReadTable table, string column, object[] key, byte[] stored, CancellationToken cancellationToken) =>
        AnnouncedAsync(values.OpenInPlaceAsync(table, column, key, stored, cancellationToken), table, column, key);

    /// <summary>For lists, of which one value must not spoil the rest.</summary>
    /// <inheritdoc cref="OpenAsync" path="/param" />
    public async ValueTask<Opened> TryOpenAsync(
        ReadTable table, string column, object[] key, byte[]? stored, CancellationToken cancellationToken)
    {
        if (stored is null) return default;
        try
        {
            return new Opened(await OpenAsync(table, column, key, stored, cancellationToken).ConfigureAwait(false), null);
        }
        catch (IntegrityException)
        {
            return new Opened(null, Unreadable.IntegrityError);
        }
        catch (KeyDestroyedException)
        {
            return new Opened(null, Unreadable.DataErased);
        }
        catch (KeysSealedException)
        {
            return new Opened(null, Unreadable.Sealed);
        }
    }

    private async ValueTask<T> AnnouncedAsync<T>(ValueTask<T> opening, ReadTable table, string column, object[] key)
    {
        try
        {
            return await opening.ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            notices.Publish(IntegrityFault.Of(table.Name, column, (Guid)key[0]));
            throw;
        }
    }
}
