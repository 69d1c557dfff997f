using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Api.Security;
using Cluster.Sealing;

namespace Api.OpenId;

/// <summary>A sign-in that is at the provider: all that the way back is checked with.</summary>
/// <param name="Version">Of the provider's settings: a change ends what is under way.</param>
internal sealed record PendingSignIn(string State, string Nonce, string Verifier, long Version, DateTimeOffset Until)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    public static PendingSignIn New(long version, DateTimeOffset now) => new(Pkce.NewSecret(), Pkce.NewSecret(), Pkce.NewSecret(), version, now + s_patience);

    [JsonIgnore]
    public string Challenge => Pkce.ChallengeOf(Verifier);

    public bool Fits(string? state) =>
        state is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(State));
}

/// <summary>
/// Keeps a pending sign-in with the browser that began it, sealed under a key of the cluster: any node takes the way back, nothing is
/// stored, and nobody can be signed in to somebody else's account by a link. The provider takes a code once, with its verifier
/// only; the cookie goes with the answer.
/// </summary>
internal sealed class SignInCookie(RootKey root, TimeProvider time)
{
    private readonly TicketSeal<PendingSignIn> _seal = new(root, "openid sign-in cookie"u8, PendingSignInJson.Default.PendingSignIn, 2_047);

    public void Write(HttpContext context, PendingSignIn pending, bool secure) =>
        context.Response.Cookies.Append(Name(secure), _seal.Seal(pending), Options(secure, pending.Until));

    public void Clear(HttpContext context, bool secure) => context.Response.Cookies.Delete(Name(secure), Options(secure, null));

    /// <returns>Null if there is none that was made here and is good yet.</returns>
    public PendingSignIn? Read(HttpContext context, bool secure) =>
        _seal.Open(context.Request.Cookies[Name(secure)]) is { } pending && pending.Until > time.GetUtcNow() ? pending : null;

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
}

[JsonSerializable(typeof(PendingSignIn))]
internal sealed partial class PendingSignInJson : JsonSerializerContext;
