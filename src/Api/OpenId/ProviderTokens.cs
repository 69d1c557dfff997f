using System.Collections.Frozen;
using System.Collections.Immutable;
using Actors.OpenId;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Api.OpenId;

/// <summary>What a kind of token has to be, beside signed by the provider.</summary>
/// <param name="Types">Allowed values of <c>typ</c>; an empty one for none.</param>
internal sealed record TokenKind(ImmutableArray<string> Audiences, FrozenSet<string> Types)
{
    private static readonly FrozenSet<string> s_id = new[] { "", "JWT" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenSet<string> s_access = new[] { "at+jwt", "application/at+jwt", "JWT" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static TokenKind Id(OpenIdProvider provider) => new([provider.ClientId], s_id);

    /// <summary>RFC 9068; and of providers that do not say what a token is, those for an audience that no ID token has.</summary>
    public static TokenKind Access(OpenIdProvider provider) => new(provider.Audiences, s_access);
}

/// <summary>
/// Checks tokens of the provider (ASVS 5.0, 9.1 and 9.2): signature by a key that the provider publishes now, an algorithm of the list,
/// issuer, audience, type, time. A token names none of these itself.
/// </summary>
internal sealed class ProviderTokens(ProviderCache cache)
{
    public const int LongestToken = 8 << 10;
    private const int MaxSubject = 255;
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(30);

    /// <summary>Signatures only, no keyed hashes: a public key is no secret to hash with.</summary>
    private static readonly ImmutableArray<string> s_algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly JsonWebTokenHandler s_handler = new() { MapInboundClaims = false };

    /// <returns>Null for a token that is not to be believed.</returns>
    /// <exception cref="OpenIdUnavailableException">The provider's keys cannot be had.</exception>
    public async Task<JsonWebToken?> CheckAsync(OpenIdProvider provider, string text, TokenKind kind, CancellationToken cancellationToken)
    {
        if (Read(text) is not { } token || !s_algorithms.Contains(token.Alg) || !kind.Types.Contains(token.Typ ?? "")) return null;
        if (token.Issuer != provider.Issuer || kind.Audiences.IsEmpty) return null;

        var metadata = await cache.GetAsync(provider.DiscoveryUrl, cancellationToken);
        var keys = KeysFor(metadata, token);
        if (keys.IsEmpty) keys = KeysFor(await cache.NewerAsync(provider.DiscoveryUrl, metadata, cancellationToken), token);
        if (keys.IsEmpty) return null;

        var result = await s_handler.ValidateTokenAsync(token, Rules(provider, kind, keys));
        return result.IsValid && token.Subject is { Length: >= 1 and <= MaxSubject } ? token : null;
    }

    private static JsonWebToken? Read(string text)
    {
        if (text.Length > LongestToken) return null;
        try
        {
            // RFC 7515, 4.1.11: what has to be understood is not, whatever it is. The library does not look.
            return s_handler.ReadJsonWebToken(text) is var token && !token.TryGetHeaderValue<object>("crit", out _) ? token : null;
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static ImmutableArray<JsonWebKey> KeysFor(ProviderMetadata metadata, JsonWebToken token) =>
        string.IsNullOrEmpty(token.Kid) ? metadata.Keys : [.. metadata.Keys.Where(key => key.Kid == token.Kid)];

    private static TokenValidationParameters Rules(OpenIdProvider provider, TokenKind kind, ImmutableArray<JsonWebKey> keys) => new()
    {
        ValidAlgorithms = s_algorithms,
        IssuerSigningKeys = keys,
        ValidIssuer = provider.Issuer,
        ValidAudiences = kind.Audiences,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        ClockSkew = s_skew,
    };
}
