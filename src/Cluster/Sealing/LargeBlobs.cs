using Cluster.Streams;

namespace Cluster.Sealing;

/// <summary>Seals the values of one batch, the large ones into arrays that serve again when the batch is stored. For one thread.</summary>
internal sealed class LargeBlobs
{
    /// <summary>Enough for a batch of each lane.</summary>
    private const long MostIdle = 128 << 20;

    // Of blobs alone: a plaintext that came into an array too early would otherwise be stored in place of its blob.
    private static readonly LargeBuffers s_buffers = new(MostIdle);

    private List<byte[]>? _rented;

    /// <returns>Good until <see cref="GiveBack"/>.</returns>
    /// <inheritdoc cref="DataKey.Seal(ReadOnlySpan{byte}, ReadOnlySpan{byte})" path="/param" />
    public ReadOnlyMemory<byte> Seal(ReadOnlySpan<byte> plaintext, DataKey key, ReadOnlySpan<byte> identity)
    {
        if (plaintext.Length < LargeBuffers.Least)
        {
            return key.Seal(plaintext, identity);
        }

        var array = s_buffers.Rent(plaintext.Length + SealedBlob.Overhead);
        var blob = array.AsMemory(0, plaintext.Length + SealedBlob.Overhead);
        key.Seal(plaintext, identity, blob.Span);
        (_rented ??= []).Add(array);
        return blob;
    }

    /// <summary>To be called when the store is done with them. Where that is not sure they are left to the collector.</summary>
    public void GiveBack()
    {
        for (var i = 0; i < _rented?.Count; i++)
        {
            s_buffers.Return(_rented[i]);
        }

        _rented = null;
    }
}
