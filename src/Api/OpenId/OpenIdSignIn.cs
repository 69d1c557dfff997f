using System.Text.Json;
using Actors.OpenId;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Api.OpenId;

/// <summary>Who somebody is by the provider's word.</summary>
/// <param name="Email">Null unless the provider gave one and vouches for it, or need not.</param>
/// <param name="HasUnverifiedEmail">There is one, and nobody vouches for it.</param>
internal sealed record ProviderPerson(string Subject, string? Email, bool HasUnverifiedEmail, string? Name, bool HasMfa);

/// <summary>The authorization code flow with PKCE (RFC 6749, 7636, OpenID Connect Core 1.0): out to the provider, and back.</summary>
internal sealed class OpenIdSignIn(ProviderCache cache, OpenIdHttp http, IdTokens tokens, OpenIdSecrets secrets)
{
    private const int LongestCode = 2_048;

    /// <exception cref="OpenIdUnavailableException">The provider does not answer.</exception>
    public async Task<string> OutwardsAsync(OpenIdProvider provider, PendingSignIn pending, CancellationToken cancellationToken)
    {
        var metadata = await cache.GetAsync(provider.DiscoveryUrl, cancellationToken);
        return QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = provider.ClientId,
            ["redirect_uri"] = provider.RedirectUri,
            ["scope"] = string.Join(' ', provider.Scopes),
            ["state"] = pending.State,
            ["nonce"] = pending.Nonce,
            ["code_challenge"] = pending.Challenge,
            ["code_challenge_method"] = "S256",
        });
    }

    /// <returns>Null if what came back is not the provider's word about this sign-in.</returns>
    /// <exception cref="OpenIdUnavailableException">The provider does not answer.</exception>
    public async Task<ProviderPerson?> BackAsync(
        OpenIdProvider provider, PendingSignIn pending, string? code, string? issuer, CancellationToken cancellationToken)
    {
        var metadata = await cache.GetAsync(provider.DiscoveryUrl, cancellationToken);

        // RFC 9207: the answer of another provider is not brought to this one.
        if (code is not { Length: >= 1 and <= LongestCode } || (issuer is null ? metadata.NamesIssuer : issuer != metadata.Issuer)) return null;
        var secret = await secrets.OpenAsync(provider, cancellationToken);
        var given = await http.ExchangeAsync(
            metadata, provider.ClientId, secret, provider.RedirectUri, code, pending.Verifier, cancellationToken);
        if (given is null || await tokens.CheckAsync(provider, given, pending.Nonce, cancellationToken) is not { } token) return null;
        return await PersonAsync(provider, metadata, token, given.AccessToken, cancellationToken);
    }

    private async Task<ProviderPerson?> PersonAsync(
        OpenIdProvider provider, ProviderMetadata metadata, JsonWebToken token, string? accessToken, CancellationToken cancellationToken)
    {
        using var claims = JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(token.EncodedPayload));
        var own = claims.RootElement;
        var hasMfa = MfaClaims.Stand(own, provider.MfaValues);
        if (Text(own, "email") is not null || metadata.UserInfoEndpoint is null || accessToken is null)
            return Of(provider, token.Subject, own, hasMfa);

        using var info = await http.UserInfoAsync(metadata.UserInfoEndpoint, accessToken, cancellationToken);

        // OpenID Connect Core 1.0, 5.3.2: of another subject nothing is taken.
        return Text(info.RootElement, "sub") == token.Subject ? Of(provider, token.Subject, info.RootElement, hasMfa) : null;
    }

    private static ProviderPerson Of(OpenIdProvider provider, string subject, JsonElement claims, bool hasMfa)
    {
        var email = Text(claims, "email");
        var isVerified = claims.TryGetProperty("email_verified", out var verified)
            && (verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.GetString() == "true"));
        var isGood = isVerified || provider.AllowUnverifiedEmail;
        return new ProviderPerson(subject, isGood ? email : null, email is not null && !isGood, Text(claims, "name"), hasMfa);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
