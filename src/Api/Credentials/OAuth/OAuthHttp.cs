using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Api.Egress;

namespace Api.Credentials.OAuth;

/// <summary>How a request for tokens ended.</summary>
internal abstract record TokenAnswer
{
    public sealed record Given(OAuthTokens Tokens) : TokenAnswer;

    /// <summary>The provider says no, for good: the grant or the client is none that it takes.</summary>
    public sealed record Refused : TokenAnswer;

    /// <param name="MayBeUsed">The request may have arrived: what it carried may be used up.</param>
    public sealed record Failed(bool MayBeUsed) : TokenAnswer;
}

/// <summary>Calls to token and revocation endpoints, all through the egress guard.</summary>
internal sealed class OAuthHttp(EgressClients egress, TimeProvider time) : IDisposable
{
    private readonly HttpClient _client = egress.Create(EgressLimits.Default);

    public Task<TokenAnswer> ByClientAsync(OAuthClient client, CancellationToken cancellationToken) =>
        AskAsync(client, [new("grant_type", "client_credentials"), .. Scope(client)], null, cancellationToken);

    public Task<TokenAnswer> ByRefreshAsync(OAuthClient client, OAuthTokens before, CancellationToken cancellationToken) =>
        AskAsync(client, [new("grant_type", "refresh_token"), new("refresh_token", before.RefreshToken!)], before, cancellationToken);

    public Task<TokenAnswer> ByCodeAsync(OAuthClient client, string code, string redirectUri, string verifier, CancellationToken cancellationToken) =>
        AskAsync(
            client,
            [new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri), new("code_verifier", verifier)],
            null, cancellationToken);

    /// <summary>RFC 7009.</summary>
    /// <returns>Whether the provider says that the token is good for nothing any more.</returns>
    public async Task<bool> RevokeAsync(OAuthClient client, string token, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(client, client.RevocationUrl!, [new("token", token)]);
            using var response = await _client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<TokenAnswer> AskAsync(OAuthClient client, KeyValuePair<string, string>[] form, OAuthTokens? before, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(client, client.TokenUrl, form);
            using var response = await _client.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? new TokenAnswer.Given(OAuthTokens.Answered(text, before, time.GetUtcNow()))
                : IsFinal(response.StatusCode, text) ? new TokenAnswer.Refused() : new TokenAnswer.Failed(MayBeUsed: false);
        }
        catch (HttpRequestException fault)
        {
            return new TokenAnswer.Failed(MayBeUsed: !IsUnsent(fault));
        }
        catch (Exception fault) when (fault is JsonException or OperationCanceledException)
        {
            return new TokenAnswer.Failed(MayBeUsed: true);
        }
    }

    /// <summary>Errors that no repeat mends (RFC 6749, 5.2).</summary>
    private static bool IsFinal(HttpStatusCode status, string answer)
    {
        if (status == HttpStatusCode.Unauthorized) return true;
        if (status != HttpStatusCode.BadRequest) return false;
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.String && error.GetString() is "invalid_grant" or "invalid_client" or "unauthorized_client";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsUnsent(HttpRequestException fault) => fault switch
    {
        EgressBlockedException blocked => blocked.Rule is EgressRule.Scheme or EgressRule.UserInfo or EgressRule.Port or EgressRule.Address,
        _ => fault.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
    };

    private static KeyValuePair<string, string>[] Scope(OAuthClient client)
    {
        List<KeyValuePair<string, string>> form = [];
        if (client.Scope is { } scope) form.Add(new("scope", scope));
        if (client.Audience is { } audience) form.Add(new("audience", audience));
        return [.. form];
    }

    private static HttpRequestMessage Request(OAuthClient client, Uri address, KeyValuePair<string, string>[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.Accept.Add(new("application/json"));
        if (client is { Secret: { } secret, PostsSecret: false }) request.Headers.Authorization = Basic(client.Id, secret);
        else form = [.. form, new("client_id", client.Id), .. client.Secret is { } posted ? [new KeyValuePair<string, string>("client_secret", posted)] : (KeyValuePair<string, string>[])[]];
        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    /// <summary>RFC 6749, 2.3.1: both parts are form-encoded first.</summary>
    private static AuthenticationHeaderValue Basic(string id, string secret) => new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")));
}
