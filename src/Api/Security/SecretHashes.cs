using System.Security.Cryptography;
using Cluster.Sealing;

namespace Api.Security;

/// <summary>
/// Hashes of secrets that are only ever compared: HMAC-SHA-256 under a key of their own, derived (HKDF) from the root key
/// and what they belong to. Without the root key a stolen store allows no guess, however short the secret; with it a
/// check costs a microsecond, so that webhooks stay fast.
/// Stored as <c>hmac-sha256:KEYID:HASH</c> in hex.
/// </summary>
internal sealed class SecretHashes(Lazy<RootKey> root)
{
    private const string Algorithm = "hmac-sha256";

    public string Hash(Guid owner, ReadOnlySpan<byte> secret) =>
        $"{Algorithm}:{root.Value.Fingerprint}:{Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(owner), secret))}";

    /// <returns>Null if the hash is of another form or under another key: nothing fits it.</returns>
    public SecretCheck? Open(Guid owner, string stored) =>
        stored.Split(':') is [Algorithm, var key, { Length: 2 * SecretCheck.Bytes } hash] && key == root.Value.Fingerprint
            ? new SecretCheck(KeyOf(owner), Convert.FromHexString(hash))
            : null;

    private byte[] KeyOf(Guid owner) =>
        root.Value.Derive([.. "webhook auth method"u8, .. owner.ToByteArray(bigEndian: true)], SecretCheck.Bytes);
}

/// <summary>Compares with one secret.</summary>
internal sealed class SecretCheck(byte[] key, byte[] hash)
{
    public const int Bytes = 32;

    /// <summary>Takes the same time whatever is wrong.</summary>
    public bool Fits(ReadOnlySpan<byte> secret)
    {
        Span<byte> given = stackalloc byte[Bytes];
        HMACSHA256.HashData(key, secret, given);
        return CryptographicOperations.FixedTimeEquals(given, hash);
    }
}
