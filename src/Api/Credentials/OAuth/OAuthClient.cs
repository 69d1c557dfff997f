using System.Text.Json;

namespace Api.Credentials.OAuth;

/// <summary>What the body of an OAuth 2 credential says of the provider and of this client of it.</summary>
/// <param name="AuthorizationUrl">Of the authorization code grant only.</param>
/// <param name="Secret">Null for a public client.</param>
/// <param name="PostsSecret">The secret goes into the form (<c>client_secret_post</c>) instead of a header.</param>
internal sealed record OAuthClient(
    Uri TokenUrl, Uri? AuthorizationUrl, Uri? RevocationUrl, string Id, string? Secret, string? Scope, string? Audience, bool PostsSecret)
{
    /// <summary>Fields of the body that job code has no use for, or must not have.</summary>
    public static readonly IReadOnlySet<string> Fields = new HashSet<string>(StringComparer.Ordinal)
    {
        "token_url", "authorization_url", "revocation_url", "client_id", "client_secret", "scope", "audience", "auth_method",
    };

    /// <param name="body">One that was checked when it came in.</param>
    public static OAuthClient Of(JsonElement body)
    {
        string? Text(string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
        Uri? Address(string name) => Text(name) is { } text ? new Uri(text) : null;
        return new(
            Address("token_url")!, Address("authorization_url"), Address("revocation_url"), Text("client_id")!, Text("client_secret"), Text("scope"),
            Text("audience"), Text("auth_method") == "post");
    }
}
