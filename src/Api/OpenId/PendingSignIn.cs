using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Sealing;

namespace Api.OpenId;

/// <summary>A sign-in that is at the provider: all that the way back is checked with.</summary>
/// <param name="Version">Of the provider's settings: a change ends what is under way.</param>
internal sealed record PendingSignIn(string State, string Nonce, string Verifier, long Version, DateTimeOffset Until)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    public static PendingSignIn New(long version, DateTimeOffset now) => new(Random(), Random(), Random(), version, now + s_patience);

    /// <summary>RFC 7636, S256.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public bool Fits(string? state) =>
        state is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(State));

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <summary>
/// Keeps a pending sign-in with the browser that began it, sealed under a key of the cluster: any node takes the way back, nothing is
/// stored, and nobody can be signed in to somebody else's account by a link. The provider takes a code once, with its verifier
/// only; the cookie goes with the answer.
/// </summary>
internal sealed class SignInCookie(RootKey root, TimeProvider time)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly byte[] _key = root.Derive("openid sign-in cookie"u8);

    public void Write(HttpContext context, PendingSignIn pending, bool secure) =>
        context.Response.Cookies.Append(Name(secure), Seal(pending), Options(secure, pending.Until));

    public void Clear(HttpContext context, bool secure) => context.Response.Cookies.Delete(Name(secure), Options(secure, null));

    /// <returns>Null if there is none that was made here and is good yet.</returns>
    public PendingSignIn? Read(HttpContext context, bool secure) =>
        context.Request.Cookies[Name(secure)] is { Length: > 0 and < 2_048 } text && Open(text) is { } pending && pending.Until > time.GetUtcNow()
            ? pending
            : null;

    /// <summary>A name that no other host, path or plain connection can set, where there is TLS.</summary>
    private static string Name(bool secure) => secure ? "__Host-cluster-openid" : "cluster-openid";

    /// <summary>Lax: the provider's redirect brings it along, a request by another page does not.</summary>
    private static CookieOptions Options(bool secure, DateTimeOffset? until) => new()
    {
        HttpOnly = true,
        Secure = secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = until,
        IsEssential = true,
    };

    private string Seal(PendingSignIn pending)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(pending, PendingSignInJson.Default.PendingSignIn);
        var blob = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(blob.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(blob.AsSpan(0, NonceBytes), plain, blob.AsSpan(NonceBytes, plain.Length), blob.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(blob);
    }

    private PendingSignIn? Open(string text)
    {
        if (!Base64Url.IsValid(text, out var length) || length < NonceBytes + TagBytes) return null;
        var blob = Base64Url.DecodeFromChars(text);
        var plain = new byte[blob.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(blob.AsSpan(0, NonceBytes), blob.AsSpan(NonceBytes, plain.Length), blob.AsSpan(blob.Length - TagBytes), plain);
            return JsonSerializer.Deserialize(plain, PendingSignInJson.Default.PendingSignIn);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(PendingSignIn))]
internal sealed partial class PendingSignInJson : JsonSerializerContext;
