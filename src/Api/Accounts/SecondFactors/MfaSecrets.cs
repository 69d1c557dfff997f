using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Actors.Users;
using Actors.Vaults;
using Api.Security;
using Cluster.Sealing;

namespace Api.Accounts.SecondFactors;

/// <summary>Makes and checks what proves a second factor. Secrets of apps are sealed and bound to their user, recovery codes are stored as keyed
/// hashes: of 80 random bits each, so that no slow hash is needed (OWASP ASVS 5.0, 6.5.2).</summary>
internal sealed class MfaSecrets
{
    public const int RecoveryCodes = 10;
    private const int CodeBytes = 10;
    private const int CodeGroup = 4;
    private const int LongestCode = 32;

    /// <summary>Tells these seals apart from those of people and vaults.</summary>
    public static readonly Guid Space = new("0197a000-0000-7000-8000-000000000003");

    private readonly Sealing _sealing;
    private readonly byte[] _recoveryKey;

    public MfaSecrets(Sealing sealing, RootKey root)
    {
        _sealing = sealing;
        _recoveryKey = root.Derive("account recovery code"u8);
    }

    public async ValueTask<(byte[] Secret, ReadOnlyMemory<byte> Sealed)> NewSecretAsync(Guid userId, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        return (secret, (await _sealing.SealAsync(userId, Space, userId, secret, cancellationToken)).Blob);
    }

    /// <returns>The step of a code of the app; null if it is none that is accepted now.</returns>
    public async ValueTask<long?> FindStepAsync(
        Guid userId, ReadOnlyMemory<byte> secret, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var opened = await _sealing.OpenAsync(Space, userId, new SealedBody(secret), cancellationToken);
        try
        {
            return Totp.Find(opened, code.Trim(), now);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    /// <summary>What a code of the app or a recovery code proves.</summary>
    /// <returns>Null if it is neither, or was used before.</returns>
    public async ValueTask<SecondFactor?> CheckAsync(
        Guid userId, Actors.Users.Mfa mfa, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (code.Length > LongestCode) return null;
        var factor = await FindStepAsync(userId, mfa.Secret, code, now, cancellationToken) is { } step
            ? new SecondFactor(step, null)
            : new SecondFactor(null, Hash(userId, code));
        return factor.UseOn(mfa) is null ? null : factor;
    }

    public (ImmutableArray<string> Codes, ImmutableArray<string> Hashes) NewRecoveryCodes(Guid userId)
    {
        ImmutableArray<string> codes = [.. Enumerable.Range(0, RecoveryCodes).Select(static _ => NewCode())];
        return (codes, [.. codes.Select(code => Hash(userId, code))]);
    }

    private static string NewCode()
    {
        var text = Base32.Encode(RandomNumberGenerator.GetBytes(CodeBytes)).ToLowerInvariant();
        return string.Join('-', text.Chunk(CodeGroup).Select(static group => new string(group)));
    }

    /// <summary>However it was typed: case, blanks and hyphens do not count.</summary>
    private string Hash(Guid userId, string code)
    {
        var letters = new string([.. code.Where(char.IsAsciiLetterOrDigit)]).ToLowerInvariant();
        byte[] content = [.. userId.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(letters)];
        return Convert.ToHexStringLower(HMACSHA256.HashData(_recoveryKey, content));
    }
}
