using System.Collections.Immutable;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Api.OpenId;

/// <summary>What a provider says of itself, checked.</summary>
/// <param name="TakesBasic">The client may show its secret in the header; else it is sent in the body.</param>
internal sealed record ProviderMetadata(
    string Issuer,
    Uri AuthorizationEndpoint,
    Uri TokenEndpoint,
    Uri? UserInfoEndpoint,
    bool TakesBasic,
    bool NamesIssuer,
    ImmutableArray<JsonWebKey> Keys)
{
    /// <summary>Keys of a set; a token without a key id is tried with all of them.</summary>
    private const int MostKeys = 32;
    private const string WellKnown = "/.well-known/openid-configuration";

    /// <exception cref="OpenIdUnavailableException">It is not the provider of that address, or lacks what a sign-in needs.</exception>
    public static ProviderMetadata Of(string discoveryUrl, OpenIdConnectConfiguration configuration, JsonWebKeySet keys)
    {
        // Exactly (OpenID Connect Discovery 1.0, 4.3): a provider that names another would let that one vouch for everybody.
        if (string.IsNullOrEmpty(configuration.Issuer) || configuration.Issuer.TrimEnd('/') + WellKnown != discoveryUrl)
            throw new OpenIdUnavailableException("The issuer is not that of the address.");
        var own = keys.Keys.Where(static key => key.Kty is JsonWebAlgorithmsKeyTypes.RSA or JsonWebAlgorithmsKeyTypes.EllipticCurve
            && key.Use is null or "" or "sig").Take(MostKeys);
        return new ProviderMetadata(
            configuration.Issuer,
            Endpoint(configuration.AuthorizationEndpoint),
            Endpoint(configuration.TokenEndpoint),
            string.IsNullOrEmpty(configuration.UserInfoEndpoint) ? null : Endpoint(configuration.UserInfoEndpoint),
            configuration.TokenEndpointAuthMethodsSupported is not { Count: > 0 } methods || methods.Contains("client_secret_basic"),
            configuration.AuthorizationResponseIssParameterSupported,
            [.. own]);
    }

    private static Uri Endpoint(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw new OpenIdUnavailableException("An endpoint is missing.");
}
