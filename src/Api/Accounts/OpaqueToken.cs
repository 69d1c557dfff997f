using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Api.Accounts;

/// <summary>
/// Tokens that mean nothing but what the store says of their hash: a prefix that tells secret scanners what was found, random bytes,
/// and six characters by which a token that was mistyped or cut is known without a look into the store.
/// </summary>
internal static class OpaqueToken
{
    public const string Access = "cses_";
    public const string Refresh = "cref_";
    public const string Api = "cpat_";
    public const string SetUp = "cset_";

    public const int SecretBytes = 32;
    private const int CheckBytes = 4;
    private const int CheckLength = 6;

    /// <summary>A new token of 256 random bits.</summary>
    public static string New(string prefix) => Write(prefix, RandomNumberGenerator.GetBytes(SecretBytes));

    public static string Write(string prefix, ReadOnlySpan<byte> content)
    {
        var text = prefix + Base64Url.EncodeToString(content);
        return text + Check(text);
    }

    /// <returns>The content, or null if this is no token of that prefix that was ever made here.</returns>
    public static byte[]? Read(string prefix, string token, int bytes)
    {
        if (!IsWhole(prefix, token)) return null;
        var content = token.AsSpan(prefix.Length, token.Length - prefix.Length - CheckLength);
        return Base64Url.IsValid(content, out var length) && length == bytes ? Base64Url.DecodeFromChars(content) : null;
    }

    public static bool IsWhole(string prefix, string token) =>
        token.Length > prefix.Length + CheckLength
        && token.StartsWith(prefix, StringComparison.Ordinal)
        && token.AsSpan(token.Length - CheckLength).SequenceEqual(Check(token[..^CheckLength]));

    /// <summary>What is stored: SHA-256 in hexadecimal. 256 random bits need no slow hash.</summary>
    public static string Hash(string token) => Hash(Encoding.UTF8.GetBytes(token));

    public static string Hash(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));

    private static string Check(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, CheckBytes));
}
