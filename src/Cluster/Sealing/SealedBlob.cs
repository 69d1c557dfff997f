namespace Cluster.Sealing;

/// <summary>
/// What is stored instead of a plaintext: format (1), algorithm (1), key id (16, big-endian), nonce (12), ciphertext, tag (16).
/// All before the ciphertext is bound to it, and so is the identity of the record it stands in, which is not part of it.
/// </summary>
public static class SealedBlob
{
    public const byte Format = 1;

    /// <summary>AES-256 in Galois/Counter Mode (NIST SP 800-38D) with random nonces.</summary>
    public const byte Aes256Gcm = 1;

    public const int KeyIdAt = 2;
    public const int NonceAt = KeyIdAt + 16;
    public const int NonceBytes = 12;
    public const int TextAt = NonceAt + NonceBytes;
    public const int TagBytes = 16;

    /// <summary>How much longer than its plaintext a blob is, in bytes.</summary>
    public const int Overhead = TextAt + TagBytes;

    /// <summary>The key under which it is sealed.</summary>
    /// <exception cref="IntegrityException">It is no blob of a known format.</exception>
    public static Guid KeyIdOf(ReadOnlySpan<byte> blob) =>
        blob.Length >= Overhead && blob[0] == Format && blob[1] == Aes256Gcm
            ? new Guid(blob[KeyIdAt..NonceAt], bigEndian: true)
            : throw new IntegrityException("A stored value is not sealed, or in a format that is not known.");

    /// <summary>Whether it may be a blob. A JSON text never looks like one.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> bytes) => bytes is [Format, Aes256Gcm, ..] && bytes.Length >= Overhead;

    /// <exception cref="IntegrityException">It looks like a blob.</exception>
    public static void RequireClear(ReadOnlySpan<byte> bytes)
    {
        if (IsLikely(bytes))
        {
            throw new IntegrityException("A stored value is sealed, and this node does not open any.");
        }
    }
}
