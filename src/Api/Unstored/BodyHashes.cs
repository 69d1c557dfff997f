using System.Security.Cryptography;
using Cluster.Sealing;

namespace Api.Unstored;

/// <summary>
/// Keyed hashes of bodies (HMAC-SHA-256), one key for each project: they tell whether two bodies of a project are the same, and without the key
/// nobody can try what a body was (S0-03).
/// </summary>
/// <param name="key">From which the projects' keys are made; 32 bytes.</param>
internal sealed class BodyHashes(byte[] key)
{
    public static BodyHashes Of(RootKey root) => new(root.Derive("cluster body hashes"u8));

    /// <summary>64 digits of hexadecimal.</summary>
    public string Of(Guid projectId, ReadOnlySpan<byte> body)
    {
        Span<byte> id = stackalloc byte[16];
        projectId.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> own = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, id, own);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(own, body, hash);
        return Convert.ToHexStringLower(hash);
    }
}
