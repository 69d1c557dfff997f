using System.Security.Cryptography;
using System.Text;
using Api.Hosting;
using Cluster.Sealing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Api.Accounts;

/// <summary>
/// Hashes of passwords: PBKDF2-HMAC-SHA512 over an HMAC-SHA-512 of the password. The key of that HMAC is derived from the root key:
/// a stolen store alone allows no guess (OWASP Password Storage Cheat Sheet, "Peppering"), and long passwords cost what short ones do.
/// Stored as <c>pbkdf2-hmac:KEYID:HASH</c>, where the framework's HASH names algorithm and cost.
/// </summary>
internal sealed class PasswordHashes
{
    private const string Scheme = "pbkdf2-hmac";
    private static readonly object s_user = new();

    private readonly PasswordHasher<object> _hasher;
    private readonly byte[] _pepper;
    private readonly string _keyId;
    private readonly string _nobody;

    public PasswordHashes(RootKey root, NodeSettings settings)
    {
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = settings.Accounts.Passwords.Iterations }));
        _pepper = root.Derive(HashAlgorithmName.SHA512, "account password pepper"u8, 64);
        _keyId = root.Fingerprint;
        _nobody = Framework(Unhashed(settings.Accounts.Passwords.Iterations));
    }

    public string Hash(string password) => $"{Scheme}:{_keyId}:{_hasher.HashPassword(s_user, Peppered(password))}";

    /// <param name="stored">Null for somebody who has no password or does not exist: the same work, and never a fit.</param>
    public PasswordVerdict Verify(string? stored, string? password)
    {
        var hash = stored?.Split(':') is [Scheme, var key, var framework] && key == _keyId ? framework : null;
        var result = _hasher.VerifyHashedPassword(s_user, hash ?? _nobody, Peppered(password ?? ""));
        if (hash is null || password is null || result == PasswordVerificationResult.Failed) return PasswordVerdict.Wrong;
        return new PasswordVerdict(true, result == PasswordVerificationResult.SuccessRehashNeeded ? Hash(password) : null);
    }

    private string Peppered(string password)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return Convert.ToBase64String(HMACSHA512.HashData(_pepper, bytes));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static string Framework(byte[] hash) => Convert.ToBase64String(hash);

    /// <summary>A hash of nothing at the present cost, in the framework's third format: marker, PRF, iterations and salt length (big-endian),
    /// salt, subkey.</summary>
    private static byte[] Unhashed(int iterations)
    {
        const int salt = 16;
        const int subkey = 32;
        const int hmacSha512 = 2;
        var hash = new byte[13 + salt + subkey];
        hash[0] = 1;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(hash.AsSpan(1), hmacSha512);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(hash.AsSpan(5), iterations);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(hash.AsSpan(9), salt);
        RandomNumberGenerator.Fill(hash.AsSpan(13));
        return hash;
    }
}

/// <param name="Rehashed">The password under the present algorithm and cost, if its stored hash is below them.</param>
internal sealed record PasswordVerdict(bool Fits, string? Rehashed)
{
    public static PasswordVerdict Wrong { get; } = new(false, null);
}
