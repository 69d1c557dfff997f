using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cluster.Sealing;

/// <summary>
/// One version of the master key: made (HKDF-SHA-256, RFC 5869) from both of its shares, so that either alone says nothing about it. It wraps
/// data keys and does nothing else.
/// </summary>
public sealed class MasterKey
{
    private const int Bytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Nonce, wrapped key and tag.</summary>
    internal const int WrappedBytes = NonceBytes + DataKey.Bytes + TagBytes;

    private readonly byte[] _wrapping;

    private MasterKey(int version, byte[] secret)
    {
        Version = version;
        _wrapping = HKDF.Expand(HashAlgorithmName.SHA256, secret, Bytes, [.. "wrapping of data keys"u8]);
        CheckValue = HKDF.Expand(HashAlgorithmName.SHA256, secret, Bytes, [.. "check value"u8]);
    }

    public int Version { get; }

    /// <summary>Tells whether shares are those of a store, and nothing about them: stored beside what they open.</summary>
    internal byte[] CheckValue { get; }

    /// <param name="first">Of the same version as <paramref name="second"/>.</param>
    public static MasterKey Of(KeyShare first, KeyShare second)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Version, first.Version, nameof(second));
        byte[] both = [.. first.Secret, .. second.Secret];
        byte[] purpose = [.. "cluster master key"u8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(purpose.AsSpan(^4..), first.Version);
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, both, Bytes, salt: [], info: purpose);
        try
        {
            return new MasterKey(first.Version, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(both);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    internal byte[] Wrap(in KeyIdentity identity, ReadOnlySpan<byte> key)
    {
        var wrapped = new byte[WrappedBytes];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(_wrapping, TagBytes);
        cipher.Encrypt(
            wrapped.AsSpan(0, NonceBytes), key, wrapped.AsSpan(NonceBytes, DataKey.Bytes), wrapped.AsSpan(^TagBytes..), identity.Bind(Version));
        return wrapped;
    }

    /// <returns>The key; whoever asks for it wipes it.</returns>
    /// <exception cref="IntegrityException">It was changed, or wrapped for another row or under another master key.</exception>
    internal byte[] Unwrap(in KeyIdentity identity, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != WrappedBytes)
        {
            throw new IntegrityException($"The data key {identity.Id} is not wrapped as it should be.");
        }

        var key = new byte[DataKey.Bytes];
        using var cipher = new AesGcm(_wrapping, TagBytes);
        try
        {
            cipher.Decrypt(wrapped[..NonceBytes], wrapped[NonceBytes..^TagBytes], wrapped[^TagBytes..], key, identity.Bind(Version));
            return key;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new IntegrityException($"The data key {identity.Id} was changed, or moved from the row it was wrapped for.", e);
        }
    }
}

/// <summary>What a wrapped key is bound to: it unwraps in its own row only.</summary>
internal readonly record struct KeyIdentity(Guid Id, Guid Owner, int Version)
{
    public byte[] Bind(int masterVersion)
    {
        var bound = new byte[40];
        Id.TryWriteBytes(bound, bigEndian: true, out _);
        Owner.TryWriteBytes(bound.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bound.AsSpan(32), Version);
        BinaryPrimitives.WriteInt32BigEndian(bound.AsSpan(36), masterVersion);
        return bound;
    }
}
