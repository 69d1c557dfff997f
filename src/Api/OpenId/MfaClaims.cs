using System.Collections.Immutable;
using System.Text.Json;

namespace Api.OpenId;

/// <summary>Whether a token says that a second factor was shown, in the words that the operator has named and no others.</summary>
internal static class MfaClaims
{
    public static bool Stand(JsonElement claims, ImmutableArray<string> values) =>
        (claims.TryGetProperty("acr", out var acr) && IsOne(acr, values))
        || (claims.TryGetProperty("amr", out var amr) && amr.ValueKind == JsonValueKind.Array
            && amr.EnumerateArray().Any(method => IsOne(method, values)));

    private static bool IsOne(JsonElement value, ImmutableArray<string> values) =>
        value.ValueKind == JsonValueKind.String && values.Contains(value.GetString()!);
}
