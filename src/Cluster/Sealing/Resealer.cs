namespace Cluster.Sealing;

/// <summary>What became of a blob that a walk met.</summary>
public enum Resealing
{
    /// <summary>It is sealed under a current key already.</summary>
    Current,
    Resealed,

    /// <summary>Nothing is there to be sealed: it was wiped, or its key was destroyed.</summary>
    Gone,

    /// <summary>It does not open. It is left as it is, and to be reported.</summary>
    Damaged,
}

/// <param name="Blob">In place of the old one; null unless it was sealed anew.</param>
public readonly record struct ResealedBlob(Resealing Outcome, byte[]? Blob);

/// <summary>Seals blobs anew under the current keys of those who own them. For any number of threads.</summary>
public sealed class Resealer(KeyRing ring)
{
    /// <summary>Whether a blob is sealed under a key that was replaced.</summary>
    /// <param name="head">Its first <see cref="SealedBlob.NonceAt"/> bytes, or all of it.</param>
    /// <param name="length">Of the whole blob.</param>
    /// <param name="known">What was found of keys a moment ago; it is added to. Not to be kept: a key that is current now is not for ever.</param>
    internal async ValueTask<Resealing> LookAsync(
        ReadOnlyMemory<byte> head, long length, Dictionary<Guid, Resealing> known, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return Resealing.Gone;
        }

        if (length < SealedBlob.Overhead || head.Span is not [SealedBlob.Format, SealedBlob.Aes256Gcm, ..])
        {
            return Resealing.Damaged;
        }

        var id = new Guid(head.Span[SealedBlob.KeyIdAt..SealedBlob.NonceAt], bigEndian: true);
        if (ring.Keys.IsCurrent(id) is { } isCurrent)
        {
            return isCurrent ? Resealing.Current : Resealing.Resealed;
        }

        if (!known.TryGetValue(id, out var outcome))
        {
            var row = await ring.Database.ReadAsync(tables => tables.FindAsync(id), cancellationToken).ConfigureAwait(false);
            known[id] = outcome = row?.State switch
            {
                DataKeyStates.Current => Resealing.Current,
                DataKeyStates.Old => Resealing.Resealed,
                _ => Resealing.Gone,
            };
        }

        return outcome;
    }

    /// <summary>Whether an owner's keys were destroyed: its entity cannot be asked any more.</summary>
    public async ValueTask<bool> IsDestroyedAsync(Guid owner, CancellationToken cancellationToken) =>
        await ring.Database.ReadAsync(tables => tables.HeadAsync(owner), cancellationToken).ConfigureAwait(false) is { State: DataKeyStates.Destroyed };

    /// <summary>Opens a blob and seals what is in it under its owner's current key, if it is not under that already.</summary>
    /// <param name="identity">What it is bound to, now and then.</param>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    public async ValueTask<ResealedBlob> ResealAsync(ReadOnlyMemory<byte> blob, ReadOnlyMemory<byte> identity, CancellationToken cancellationToken)
    {
        if (await LookAsync(blob, blob.Length, [], cancellationToken).ConfigureAwait(false) is var outcome and not Resealing.Resealed)
        {
            return new ResealedBlob(outcome, null);
        }

        try
        {
            var old = await ring.Keys.FindAsync(SealedBlob.KeyIdOf(blob.Span), cancellationToken).ConfigureAwait(false);
            var current = await ring.Keys.CurrentAsync(old.Owner, 1, cancellationToken).ConfigureAwait(false);
            return new ResealedBlob(Resealing.Resealed, SealAnew(blob.Span, old, current, identity.Span));
        }
        catch (KeyDestroyedException)
        {
            return new ResealedBlob(Resealing.Gone, null);
        }
        catch (IntegrityException)
        {
            return new ResealedBlob(Resealing.Damaged, null);
        }
    }

    private static byte[] SealAnew(ReadOnlySpan<byte> blob, DataKey old, DataKey current, ReadOnlySpan<byte> identity)
    {
        var plaintext = old.Open(blob, identity);
        try
        {
            return current.Seal(plaintext, identity);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}
