using System.Security.Cryptography;

namespace Api.Accounts;

/// <summary>
/// A refresh token: the session's id, a secret that all tokens of the session have in common, and one that each exchange changes.
/// Who shows the first secret with an old second one had a token of this session once: it was stolen, or its answer got lost.
/// </summary>
internal sealed record RefreshToken(Guid SessionId, byte[] Family, byte[] Secret)
{
    private const int IdBytes = 16;
    private const int Bytes = IdBytes + (2 * OpaqueToken.SecretBytes);

    public string FamilyHash => OpaqueToken.Hash(Family);

    public string SecretHash => OpaqueToken.Hash(Secret);

    public static RefreshToken New(Guid sessionId) => new(sessionId, NewSecret(), NewSecret());

    /// <summary>The next one of the same session.</summary>
    public RefreshToken Next() => this with { Secret = NewSecret() };

    public static RefreshToken? Read(string? token) =>
        token is { Length: <= 256 } && OpaqueToken.Read(OpaqueToken.Refresh, token, Bytes) is { } content
            ? new RefreshToken(
                new Guid(content.AsSpan(0, IdBytes), bigEndian: true),
                content[IdBytes..(IdBytes + OpaqueToken.SecretBytes)],
                content[(IdBytes + OpaqueToken.SecretBytes)..])
            : null;

    /// <summary>The token as its holder gets it.</summary>
    public string Write() => OpaqueToken.Write(OpaqueToken.Refresh, [.. SessionId.ToByteArray(bigEndian: true), .. Family, .. Secret]);

    /// <remarks>Never printed: a record would show what it holds.</remarks>
    public override string ToString() => $"refresh token of {SessionId}";

    private static byte[] NewSecret() => RandomNumberGenerator.GetBytes(OpaqueToken.SecretBytes);
}
