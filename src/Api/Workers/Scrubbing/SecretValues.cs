using System.Collections.Frozen;
using System.Text.Json;

namespace Api.Workers.Scrubbing;

/// <summary>Which values of a credential are secrets: all texts, and numbers of six digits and more, but those whose key says that
/// they are none. What is no secret stays readable in logs and unharmed in outputs.</summary>
internal static class SecretValues
{
    private const int ShortestNumber = 6;

    /// <summary>Compared without case. Addresses and names: OpenFn's Lightning leaves the same ones alone, and these of OAuth tokens.</summary>
    private static readonly FrozenSet<string> s_open = FrozenSet.ToFrozenSet(
        [
            "account", "apiUrl", "apiVersion", "baseUrl", "database", "email", "host", "hostUrl", "instanceUrl", "loginUrl", "user", "username",
            "apiPath", "port", "scope", "token_type", "expires_at", "expires_in", "token_url", "authorization_url", "revocation_url", "audience",
            "header", "query",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <param name="body">A credential as job code sees it.</param>
    public static IEnumerable<string> Of(JsonElement body)
    {
        foreach (var value in Within(body)) yield return value;
        if (BasicPair(body) is { } pair) yield return pair;
    }

    private static IEnumerable<string> Within(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(static one => !s_open.Contains(one.Name)).SelectMany(static one => Within(one.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Within),
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Number when element.GetRawText() is { Length: >= ShortestNumber } digits => [digits],
        _ => [],
    };

    /// <summary>What basic authentication encodes (RFC 7617): the password within it is not found where it stands between two bytes.</summary>
    private static string? BasicPair(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty("username", out var user) && user.ValueKind == JsonValueKind.String
        && body.TryGetProperty("password", out var password) && password.ValueKind == JsonValueKind.String
            ? $"{user.GetString()}:{password.GetString()}"
            : null;
}
