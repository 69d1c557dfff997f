using System.Security.Cryptography;
using System.Text;
using Actors.OpenId;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Api.OpenId;

/// <summary>ID tokens of a sign-in (OpenID Connect Core 1.0, 3.1.3.7).</summary>
internal sealed class IdTokens(ProviderTokens tokens)
{
    /// <returns>Null for a token that is not to be believed, or is not of this sign-in.</returns>
    /// <exception cref="OpenIdUnavailableException">The provider's keys cannot be had.</exception>
    public async Task<JsonWebToken?> CheckAsync(
        OpenIdProvider provider, CodeTokens given, string nonce, CancellationToken cancellationToken)
    {
        var token = await tokens.CheckAsync(provider, given.IdToken, TokenKind.Id(provider), cancellationToken);
        return token is not null && Same(Claim(token, "nonce"), nonce) && IsForUs(token, provider) && FitsAccessToken(token, given.AccessToken)
            ? token
            : null;
    }

    private static bool IsForUs(JsonWebToken token, OpenIdProvider provider) => Claim(token, "azp") switch
    {
        null => token.Audiences.Count() == 1,
        var authorised => authorised == provider.ClientId,
    };

    /// <summary>Half of the hash, by the hash of the signature's algorithm (3.1.3.6).</summary>
    private static bool FitsAccessToken(JsonWebToken token, string? accessToken)
    {
        if (Claim(token, "at_hash") is not { } expected) return true;
        if (accessToken is null) return false;
        var bytes = Encoding.ASCII.GetBytes(accessToken);
        var hash = token.Alg[^3..] switch
        {
            "256" => SHA256.HashData(bytes),
            "384" => SHA384.HashData(bytes),
            _ => SHA512.HashData(bytes),
        };
        return Same(expected, Base64UrlEncoder.Encode(hash[..(hash.Length / 2)]));
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private static bool Same(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
