using Actors.Vaults;
using Cluster.Sealing;

namespace Api.Security;

/// <summary>
/// Seals secrets and personal data before they reach an entity, under the data key of their owner. Each is bound to what it belongs to, by a
/// space (what kind of thing it is, or in which vault) and an id: a body copied to another credential does not open.
/// </summary>
internal sealed class Sealing(IDataKeys keys)
{
    /// <param name="owner">Whose key it is: a project, a vault (its user's id), or <see cref="KeyOwners.Instance"/>.</param>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    /// <exception cref="KeyDestroyedException">The owner's keys were destroyed.</exception>
    public async ValueTask<SealedBody> SealAsync(
        Guid owner, Guid space, Guid id, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var key = await keys.CurrentAsync(owner, 1, cancellationToken).ConfigureAwait(false);
        return new SealedBody(key.Seal(plaintext.Span, Identity(space, id)));
    }

    /// <exception cref="IntegrityException">The body is damaged, or of something else.</exception>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    /// <exception cref="KeyDestroyedException">The owner's keys were destroyed.</exception>
    public async ValueTask<byte[]> OpenAsync(Guid space, Guid id, SealedBody body, CancellationToken cancellationToken)
    {
        var key = await keys.FindAsync(SealedBlob.KeyIdOf(body.Blob.Span), cancellationToken).ConfigureAwait(false);
        return key.Open(body.Blob.Span, Identity(space, id));
    }

    /// <summary>What a body of that space and id is bound to.</summary>
    public static byte[] Identity(Guid space, Guid id)
    {
        var prefix = "sealing"u8;
        var identity = new byte[prefix.Length + 32];
        prefix.CopyTo(identity);
        space.TryWriteBytes(identity.AsSpan(prefix.Length), bigEndian: true, out _);
        id.TryWriteBytes(identity.AsSpan(prefix.Length + 16), bigEndian: true, out _);
        return identity;
    }
}
