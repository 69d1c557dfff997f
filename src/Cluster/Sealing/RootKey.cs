using System.Security.Cryptography;

namespace Cluster.Sealing;

/// <summary>
/// The secret from which every node derives the same keys for hashes, codes and signatures. It is a data key: wrapped by the master key and
/// wrapped anew at a rotation. It never changes itself, because what was made with it (peppered passwords, keys of addresses, codes of the audit
/// trail) could not be made anew without the plaintext.
/// </summary>
public sealed class RootKey
{
    private const int IdBytes = 8;
    private readonly byte[] _key;

    /// <param name="key">Copied; <see cref="DataKey.Bytes"/> long.</param>
    public RootKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, DataKey.Bytes, nameof(key));
        _key = key.ToArray();
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData([.. "cluster root key id"u8, .. key]).AsSpan(0, IdBytes));
    }

    /// <summary>The same for the same key. Says nothing about it.</summary>
    public string Fingerprint { get; }

    /// <summary>A key for one purpose and no other (HKDF, RFC 5869): every node makes the same, and none is stored.</summary>
    /// <param name="purpose">Never used for anything else, and never changed: what was made under the key needs the same one.</param>
    public byte[] Derive(ReadOnlySpan<byte> purpose, int bytes = DataKey.Bytes) => Derive(HashAlgorithmName.SHA256, purpose, bytes);

    /// <inheritdoc cref="Derive(ReadOnlySpan{byte}, int)"/>
    public byte[] Derive(HashAlgorithmName hash, ReadOnlySpan<byte> purpose, int bytes)
    {
        var derived = new byte[bytes];
        HKDF.DeriveKey(hash, _key, derived, salt: [], info: purpose);
        return derived;
    }
}
