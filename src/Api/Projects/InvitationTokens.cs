using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Api.Projects;

/// <summary>
/// Tokens of invitations, as they stand in links: which project, which invitation, and 256 random bits. Only the hash is kept; of
/// something that random a plain one is enough.
/// </summary>
internal static class InvitationTokens
{
    /// <summary>Tells whoever finds a token in a log or a repository what it is.</summary>
    public const string Prefix = "cinv_";

    private const int IdBytes = 16;
    private const int SecretBytes = 32;
    private const int Bytes = (2 * IdBytes) + SecretBytes;
    private const int Longest = 200;

    public static string Make(Guid projectId, Guid invitationId)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        projectId.TryWriteBytes(bytes, bigEndian: true, out _);
        invitationId.TryWriteBytes(bytes[IdBytes..], bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes[^SecretBytes..]);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    /// <returns>False if it never was a token.</returns>
    public static bool TryRead(string? token, out Guid projectId, out Guid invitationId)
    {
        (projectId, invitationId) = (Guid.Empty, Guid.Empty);
        if (token is null || token.Length > Longest || !token.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var text = token.AsSpan(Prefix.Length);
        if (!Base64Url.IsValid(text)) return false;

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length != Bytes) return false;
        projectId = new Guid(bytes.AsSpan(0, IdBytes), bigEndian: true);
        invitationId = new Guid(bytes.AsSpan(IdBytes, IdBytes), bigEndian: true);
        return true;
    }
}
