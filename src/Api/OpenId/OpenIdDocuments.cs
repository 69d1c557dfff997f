using Actors.OpenId;

namespace Api.OpenId;

/// <summary>The provider as a super user gives it. What is absent gets its default.</summary>
/// <param name="DiscoveryUrl">Ends in <c>/.well-known/openid-configuration</c>.</param>
/// <param name="ClientSecret">Write-only. Absent: the present one stays, as long as it is for the same client at the same provider.</param>
/// <param name="RedirectUri">This instance's own <c>/v1/openid:callback</c>.</param>
/// <param name="Scopes">Asked for at sign-in; openid, email and profile unless given.</param>
/// <param name="AllowUnverifiedEmail">Whoever can enter an address at the provider takes over the account that has it.</param>
/// <param name="Audiences">Of access tokens that the API takes; none: it takes none.</param>
/// <param name="CreateUsers">Whoever the provider knows gets an account.</param>
/// <param name="MfaValues">Values of <c>amr</c> or <c>acr</c> that stand for a second factor.</param>
internal sealed record OpenIdSetUp(
    string? Name,
    string? DiscoveryUrl,
    string? ClientId,
    string? ClientSecret,
    IReadOnlyList<string>? Scopes,
    string? RedirectUri,
    bool AllowUnverifiedEmail,
    IReadOnlyList<string>? Audiences,
    bool CreateUsers,
    IReadOnlyList<string>? MfaValues);

/// <param name="Issuer">Who the provider says it is.</param>
internal sealed record OpenIdView(
    string Name,
    string DiscoveryUrl,
    string Issuer,
    string ClientId,
    string RedirectUri,
    IReadOnlyList<string> Scopes,
    bool AllowUnverifiedEmail,
    IReadOnlyList<string> Audiences,
    bool CreateUsers,
    IReadOnlyList<string> MfaValues)
{
    public static OpenIdView Of(OpenIdProvider provider) => new(
        provider.Name, provider.DiscoveryUrl, provider.Issuer, provider.ClientId, provider.RedirectUri, provider.Scopes,
        provider.AllowUnverifiedEmail, provider.Audiences, provider.CreateUsers, provider.MfaValues);
}
