using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Api.Credentials.OAuth;

/// <summary>A provider's answer as it is kept (RFC 6749, 5.1): all of it but the ID token, and with the time at which it ends.</summary>
internal sealed class OAuthTokens
{
    private const string ExpiresAtField = "expires_at";
    private const string RefreshField = "refresh_token";
    private readonly JsonObject _json;

    private OAuthTokens(JsonObject json) => _json = json;

    public string AccessToken => (string)_json["access_token"]!;

    public string? RefreshToken => _json[RefreshField] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>Null for a token without an end.</summary>
    public DateTimeOffset? ExpiresAt => _json[ExpiresAtField] is JsonValue value && value.TryGetValue(out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <param name="before">What was there; its refresh token stays if the answer has none (RFC 6749, 6).</param>
    /// <exception cref="JsonException">It is no answer with an access token.</exception>
    public static OAuthTokens Answered(string answer, OAuthTokens? before, DateTimeOffset now)
    {
        var json = Parse(answer);
        if (json["access_token"] is not JsonValue token || !token.TryGetValue(out string? text) || text.Length == 0) throw new JsonException("no access token");
        json.Remove("id_token");
        json.Remove(ExpiresAtField);
        if (Seconds(json["expires_in"]) is { } life) json[ExpiresAtField] = (now + TimeSpan.FromSeconds(life)).ToUnixTimeSeconds();
        var tokens = new OAuthTokens(json);
        if (tokens.RefreshToken is null && before?.RefreshToken is { } kept) json[RefreshField] = kept;
        return tokens;
    }

    public static OAuthTokens Read(ReadOnlySpan<byte> stored) => new(Parse(Encoding.UTF8.GetString(stored)));

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_json.ToJsonString());

    /// <summary>When they are to be renewed: before their end by the margin, or a tenth of their life if that is less.</summary>
    public DateTimeOffset? RenewAt(DateTimeOffset now, TimeSpan margin) =>
        ExpiresAt is { } end ? end - (margin < (end - now) / 10 ? margin : (end - now) / 10) : null;

    /// <summary>What job code gets: the credential's own other fields, and what the provider gave, without the means to get more.</summary>
    public byte[] Configuration(JsonElement body)
    {
        var configuration = new JsonObject();
        foreach (var field in body.EnumerateObject().Where(static field => !OAuthClient.Fields.Contains(field.Name)))
            configuration[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        foreach (var (name, value) in _json.Where(static field => field.Key is not (RefreshField or "expires_in")))
            configuration[name] = value?.DeepClone();
        return Encoding.UTF8.GetBytes(configuration.ToJsonString());
    }

    /// <summary>Some providers write the number as a text.</summary>
    private static long? Seconds(JsonNode? node) =>
        node is JsonValue value && long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 10L * 365 * 24 * 3600 ? seconds : null;

    private static JsonObject Parse(string json) => JsonNode.Parse(json) as JsonObject ?? throw new JsonException("no object");
}
