using System.Security.Cryptography;

namespace Actors;

/// <summary>Ids that follow from what they stand for: whoever makes one from the same bytes makes the same, so that of several who
/// create its entity one does.</summary>
public static class DerivedId
{
    /// <summary>A UUID of version 8 (RFC 9562) of the SHA-256 of <paramref name="source"/>.</summary>
    /// <param name="end">The last bytes of the id, seven at most: the last two say its shard. Of the hash unless given.</param>
    public static Guid Of(ReadOnlySpan<byte> source, ReadOnlySpan<byte> end = default)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source, hash);
        var id = hash[..16];
        end.CopyTo(id[^end.Length..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
