using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Api.Security;

/// <summary>Proof that who exchanges a code is who asked for it (RFC 7636, S256).</summary>
internal static class Pkce
{
    /// <summary>256 random bits as text, as good for a verifier as for a state or a nonce.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
