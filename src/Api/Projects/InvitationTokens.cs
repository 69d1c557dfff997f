using System.Security.Cryptography;
using Api.Accounts;

namespace Api.Projects;

/// <summary>
/// Tokens of invitations, as they stand in links: which project, which invitation, and 256 random bits. Only the hash is kept; of
/// something that random a plain one is enough.
/// </summary>
internal static class InvitationTokens
{
    private const string Prefix = "cinv_";
    private const int IdBytes = 16;
    private const int Bytes = (2 * IdBytes) + OpaqueToken.SecretBytes;
    private const int Longest = 200;

    public static string Make(Guid projectId, Guid invitationId)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        projectId.TryWriteBytes(bytes, bigEndian: true, out _);
        invitationId.TryWriteBytes(bytes[IdBytes..], bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes[^OpaqueToken.SecretBytes..]);
        return OpaqueToken.Write(Prefix, bytes);
    }

    public static string Hash(string token) => OpaqueToken.Hash(token);

    /// <returns>False if it never was a token.</returns>
    public static bool TryRead(string? token, out Guid projectId, out Guid invitationId)
    {
        (projectId, invitationId) = (Guid.Empty, Guid.Empty);
        if (token is not { Length: <= Longest } || OpaqueToken.Read(Prefix, token, Bytes) is not { } bytes) return false;
        projectId = new Guid(bytes.AsSpan(0, IdBytes), bigEndian: true);
        invitationId = new Guid(bytes.AsSpan(IdBytes, IdBytes), bigEndian: true);
        return true;
    }
}
