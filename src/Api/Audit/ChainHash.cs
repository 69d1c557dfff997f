using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Actors.Audit;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>How links are made and checked.</summary>
internal static class ChainHash
{
    /// <summary>SHA-256 over the hash before, the position (eight bytes, big-endian) and the entry's digest, in hexadecimal. It needs
    /// no key, so that whoever has an export can follow the chain to a signed checkpoint.</summary>
    public static string Next(string before, long position, ReadOnlySpan<byte> digest)
    {
        Span<byte> text = stackalloc byte[32 + sizeof(long) + 32];
        Convert.FromHexString(before, text, out _, out var written);
        if (written != 32) throw new FormatException("A hash of the chain has 32 bytes.");
        BinaryPrimitives.WriteInt64BigEndian(text[32..], position);
        digest.CopyTo(text[40..]);
        return Convert.ToHexStringLower(SHA256.HashData(text));
    }

    /// <summary>What a link's authentication code is over: it does not need the entry, so that links are checked without it.</summary>
    public static string LinkText(long position, Guid entryId, LinkVerdict verdict, string hash) =>
        string.Create(CultureInfo.InvariantCulture, $"audit-link-v1\n{position}\n{entryId}\n{Words.Of(verdict)}\n{hash}");

    /// <summary>What a checkpoint's signature is over; lines end with a line feed, the last one too.</summary>
    public static string CheckpointText(long number, long position, string head, DateTimeOffset at, string keyId) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"cluster-audit-checkpoint-v1\n{number}\n{position}\n{head}\n{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}\n{keyId}\n");
}
