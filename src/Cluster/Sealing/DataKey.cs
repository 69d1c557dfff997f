using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Cluster.Sealing;

/// <summary>One key of an owner, ready for use by any number of threads.</summary>
public sealed class DataKey : IDisposable
{
    public const int Bytes = 32;

    /// <summary>How often one key may seal: random nonces of 96 bits allow 2^32 (NIST SP 800-38D, 8.3), of which half are left unused.</summary>
    public const long MaxUses = 1L << 31;

    private const int StackIdentity = 256;
    private readonly byte[] _key;

    // A cipher is for one thread at a time, and costs more to make than to use.
    private readonly ConcurrentBag<AesGcm> _ciphers = [];

    /// <param name="key">Copied.</param>
    public DataKey(Guid id, Guid owner, ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Bytes, nameof(key));
        (Id, Owner, _key) = (id, owner, key.ToArray());
    }

    /// <summary>Named in each blob.</summary>
    public Guid Id { get; }

    public Guid Owner { get; }

    /// <param name="identity">Names the record and field in which the blob will stand: it opens with the same identity only.</param>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> identity)
    {
        var blob = new byte[plaintext.Length + SealedBlob.Overhead];
        Seal(plaintext, identity, blob);
        return blob;
    }

    /// <param name="blob">Filled: exactly <see cref="SealedBlob.Overhead"/> longer than the plaintext, and elsewhere.</param>
    /// <inheritdoc cref="Seal(ReadOnlySpan{byte}, ReadOnlySpan{byte})" path="/param" />
    public void Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> identity, Span<byte> blob)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(blob.Length, plaintext.Length + SealedBlob.Overhead, nameof(blob));
        (blob[0], blob[1]) = (SealedBlob.Format, SealedBlob.Aes256Gcm);
        Id.TryWriteBytes(blob[SealedBlob.KeyIdAt..], bigEndian: true, out _);
        var nonce = blob.Slice(SealedBlob.NonceAt, SealedBlob.NonceBytes);
        Nonces.Fill(nonce);

        Span<byte> stack = stackalloc byte[StackIdentity];
        var bound = Bind(blob, identity, stack);
        var cipher = Rent();
        cipher.Encrypt(nonce, plaintext, blob[SealedBlob.TextAt..^SealedBlob.TagBytes], blob[^SealedBlob.TagBytes..], bound);
        _ciphers.Add(cipher);
    }

    /// <exception cref="IntegrityException">The blob is damaged, of another key or of another record.</exception>
    public byte[] Open(ReadOnlySpan<byte> blob, ReadOnlySpan<byte> identity)
    {
        RequireOwn(blob);
        var plaintext = new byte[blob.Length - SealedBlob.Overhead];
        Decrypt(blob, identity, plaintext);
        return plaintext;
    }

    /// <summary>Puts the plaintext where the ciphertext is: a large value needs no second array.</summary>
    /// <param name="blob">Of no use afterwards, also if it does not open.</param>
    /// <inheritdoc cref="Open" path="/exception" />
    public ReadOnlyMemory<byte> OpenInPlace(byte[] blob, ReadOnlySpan<byte> identity)
    {
        RequireOwn(blob);
        var plaintext = blob.AsMemory(SealedBlob.TextAt..^SealedBlob.TagBytes);
        Decrypt(blob, identity, plaintext.Span);
        return plaintext;
    }

    /// <summary>Wipes the key. To be called when nobody uses it any more.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        while (_ciphers.TryTake(out var cipher))
        {
            cipher.Dispose();
        }
    }

    private void RequireOwn(ReadOnlySpan<byte> blob)
    {
        if (SealedBlob.KeyIdOf(blob) != Id)
        {
            throw new IntegrityException("A stored value is sealed under another key.");
        }
    }

    /// <param name="plaintext">Where the ciphertext is, or elsewhere as a whole.</param>
    private void Decrypt(ReadOnlySpan<byte> blob, ReadOnlySpan<byte> identity, Span<byte> plaintext)
    {
        Span<byte> stack = stackalloc byte[StackIdentity];
        var bound = Bind(blob, identity, stack);
        var cipher = Rent();
        try
        {
            cipher.Decrypt(
                blob.Slice(SealedBlob.NonceAt, SealedBlob.NonceBytes),
                blob[SealedBlob.TextAt..^SealedBlob.TagBytes],
                blob[^SealedBlob.TagBytes..],
                plaintext,
                bound);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new IntegrityException("A stored value was changed, or moved from the record it was sealed for.", e);
        }
        finally
        {
            _ciphers.Add(cipher);
        }
    }

    private static ReadOnlySpan<byte> Bind(ReadOnlySpan<byte> blob, ReadOnlySpan<byte> identity, Span<byte> stack)
    {
        var length = SealedBlob.TextAt + identity.Length;
        var bound = length <= stack.Length ? stack[..length] : new byte[length];
        blob[..SealedBlob.TextAt].CopyTo(bound);
        identity.CopyTo(bound[SealedBlob.TextAt..]);
        return bound;
    }

    private AesGcm Rent() => _ciphers.TryTake(out var cipher) ? cipher : new AesGcm(_key, SealedBlob.TagBytes);
}
