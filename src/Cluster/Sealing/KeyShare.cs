using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Cluster.Sealing;

/// <summary>
/// One of the two halves of a version of the master key: 32 random bytes that are worth nothing without the other half.
/// As text: <c>cks_VERSION_</c>, then the bytes and four of a checksum over version and bytes, base64url.
/// </summary>
public sealed class KeyShare
{
    public const int Bytes = 32;
    public const int HighestVersion = 1_000_000;

    private const string Prefix = "cks_";
    private const int ChecksumBytes = 4;
    private const int EncodedLength = (Bytes + ChecksumBytes) / 3 * 4;
    private readonly byte[] _secret;

    internal KeyShare(int version, byte[] secret) => (Version, _secret) = (version, secret);

    public int Version { get; }

    internal ReadOnlySpan<byte> Secret => _secret;

    public static KeyShare New(int version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, HighestVersion);
        return new KeyShare(version, RandomNumberGenerator.GetBytes(Bytes));
    }

    /// <summary>The share with its secret: for the place where it is kept, and for no log.</summary>
    public string Reveal()
    {
        Span<byte> content = stackalloc byte[Bytes + ChecksumBytes];
        _secret.CopyTo(content);
        WriteChecksum(Version, _secret, content[Bytes..]);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Version}_{Base64Url.EncodeToString(content)}");
        CryptographicOperations.ZeroMemory(content);
        return text;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"share of version {Version}");

    /// <returns>The share, or what is wrong with the text without a word of it: it ends a sentence that begins with where it stands.</returns>
    internal static (KeyShare? Share, string? Fault) Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return (null, $"does not begin with {Prefix}");
        }

        var versionEnd = text.IndexOf('_', Prefix.Length);
        if (versionEnd < 0
            || !int.TryParse(text.AsSpan(Prefix.Length, versionEnd - Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || version is < 1 or > HighestVersion)
        {
            return (null, "names no version");
        }

        var encoded = text.AsSpan(versionEnd + 1);
        if (encoded.Length != EncodedLength)
        {
            return (null, $"has {encoded.Length} characters after its version instead of {EncodedLength}: it is cut, or two ran together");
        }

        return Decode(version, encoded);
    }

    private static (KeyShare? Share, string? Fault) Decode(int version, ReadOnlySpan<char> encoded)
    {
        Span<byte> content = stackalloc byte[Bytes + ChecksumBytes];
        if (!Base64Url.TryDecodeFromChars(encoded, content, out var written) || written != content.Length)
        {
            return (null, "holds characters that no share has");
        }

        var secret = content[..Bytes].ToArray();
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        WriteChecksum(version, secret, checksum);
        return CryptographicOperations.FixedTimeEquals(checksum, content[Bytes..])
            ? (new KeyShare(version, secret), null)
            : (null, "does not fit its checksum: something of it was mistyped or changed");
    }

    private static void WriteChecksum(int version, ReadOnlySpan<byte> secret, Span<byte> checksum)
    {
        Span<byte> source = stackalloc byte[4 + Bytes];
        BinaryPrimitives.WriteInt32BigEndian(source, version);
        secret.CopyTo(source[4..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source, hash);
        hash[..ChecksumBytes].CopyTo(checksum);
        CryptographicOperations.ZeroMemory(source);
    }
}
