using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Api.Egress;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Api.OpenId;

/// <summary>The calls to the provider, all through the egress guard.</summary>
internal sealed class OpenIdHttp(EgressClients egress) : IDisposable
{
    private readonly HttpClient _client = egress.Create(EgressLimits.Default);

    /// <exception cref="EgressBlockedException">It, or an endpoint that it names, is not to be called.</exception>
    /// <exception cref="OpenIdUnavailableException">It does not answer, or not with a configuration.</exception>
    public async Task<ProviderMetadata> DiscoverAsync(string discoveryUrl, CancellationToken cancellationToken)
    {
        var configuration = Parse(await GetAsync(discoveryUrl, cancellationToken), OpenIdConnectConfiguration.Create);
        var keys = Parse(await GetAsync(configuration.JwksUri, cancellationToken), JsonWebKeySet.Create);
        var metadata = ProviderMetadata.Of(discoveryUrl, configuration, keys);
        egress.Rules.Check(metadata.AuthorizationEndpoint);
        egress.Rules.Check(metadata.TokenEndpoint);
        if (metadata.UserInfoEndpoint is { } userInfo) egress.Rules.Check(userInfo);
        return metadata;
    }

    /// <returns>Null if the provider refuses the code.</returns>
    /// <exception cref="OpenIdUnavailableException">It does not answer.</exception>
    public async Task<CodeTokens?> ExchangeAsync(
        ProviderMetadata metadata, string clientId, string secret, string redirectUri, string code, string verifier, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri), new("code_verifier", verifier),
        ];
        if (metadata.TakesBasic) request.Headers.Authorization = Basic(clientId, secret);
        else form.AddRange([new("client_id", clientId), new("client_secret", secret)]);
        request.Content = new FormUrlEncodedContent(form);

        using var response = await SendAsync(request, cancellationToken);
        if ((int)response.StatusCode is >= 400 and < 500) return null;
        using var json = await JsonAsync(response, cancellationToken);
        return json.RootElement.TryGetProperty("id_token", out var id) && id.ValueKind == JsonValueKind.String
            ? new CodeTokens(id.GetString()!, Text(json.RootElement, "access_token"))
            : throw new OpenIdUnavailableException("The provider gave no ID token.");
    }

    /// <exception cref="OpenIdUnavailableException">It does not answer.</exception>
    public async Task<JsonDocument> UserInfoAsync(Uri endpoint, string accessToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await SendAsync(request, cancellationToken);
        return await JsonAsync(response, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> GetAsync(string? url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) throw new OpenIdUnavailableException("An address is missing.");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await SendAsync(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? await response.Content.ReadAsStringAsync(cancellationToken)
            : throw new OpenIdUnavailableException($"The provider answered {(int)response.StatusCode}.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException fault) when (fault is not EgressBlockedException)
        {
            throw new OpenIdUnavailableException("The provider does not answer.", fault);
        }
    }

    private static async Task<JsonDocument> JsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK) throw new OpenIdUnavailableException($"The provider answered {(int)response.StatusCode}.");
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return Parse(text, static json => JsonDocument.Parse(json) is { RootElement.ValueKind: JsonValueKind.Object } parsed
            ? parsed
            : throw new JsonException("no object"));
    }

    private static T Parse<T>(string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new OpenIdUnavailableException("The provider's answer cannot be read.", fault);
        }
    }

    /// <summary>RFC 6749, 2.3.1: both parts are form-encoded first.</summary>
    private static AuthenticationHeaderValue Basic(string clientId, string secret) => new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}")));

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

internal sealed record CodeTokens(string IdToken, string? AccessToken);
