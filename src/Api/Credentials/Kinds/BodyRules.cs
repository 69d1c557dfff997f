using System.Collections.Immutable;
using System.Text.Json;
using Actors.Vaults;
using Api.Credentials.OAuth;
using Api.Egress;
using Cluster.Entities;

namespace Api.Credentials.Kinds;

/// <summary>Which fields the body of each kind must and may have. Fields that a kind does not know are kept for the adaptor, such as
/// its <c>baseUrl</c>. Faults name fields by JSON pointer (RFC 6901) from the request's body.</summary>
internal static class BodyRules
{
    public static ImmutableArray<FieldFault> Check(CredentialKind kind, JsonElement body, EgressRules egress, DateTimeOffset now)
    {
        var fields = new BodyFields(body);
        switch (kind)
        {
            case CredentialKind.Basic:
                fields.Text("username");
                fields.Text("password");
                fields.Unless(fields.Value("username")?.Contains(':', StringComparison.Ordinal) != true, "username", "must not contain a colon (RFC 7617)");
                break;
            case CredentialKind.Bearer:
                fields.Text("access_token");
                fields.Unless(fields.Value("access_token") is not { } token || IsToken68(token), "access_token", "must be visible ASCII without blanks (RFC 6750)");
                break;
            case CredentialKind.ApiKey:
                ApiKey(fields);
                break;
            case CredentialKind.Oauth2ClientCredentials or CredentialKind.Oauth2AuthorizationCode:
                OAuthRules.Check(fields, kind == CredentialKind.Oauth2AuthorizationCode, egress);
                break;
            case CredentialKind.ClientCertificate:
                fields.Text("certificate");
                fields.Text("privateKey");
                fields.OptionalText("ca");
                if (fields.IsSound) ClientCertificates.Check(fields, now);
                break;
        }

        return fields.Faults;
    }

    /// <summary>It goes either into a header or into the query, under the name that is given.</summary>
    private static void ApiKey(BodyFields fields)
    {
        fields.Text("value");
        fields.OptionalText("header");
        fields.OptionalText("query");
        var (header, query) = (fields.Value("header"), fields.Value("query"));
        fields.Unless((header is null) != (query is null), "header", "must be given, or else query, and not both");
        fields.Unless(header is null || header.All(IsTokenCharacter), "header", "must be the name of a header (RFC 9110)");
        fields.Unless(
            header is null || fields.Value("value") is not { } value || value.All(static one => one is >= ' ' and < '\x7f'),
            "value", "must be printable ASCII to go into a header");
    }

    private static bool IsTokenCharacter(char one) => char.IsAsciiLetterOrDigit(one) || "!#$%&'*+-.^_`|~".Contains(one, StringComparison.Ordinal);

    private static bool IsToken68(string text) => text.All(static one => one is > ' ' and < '\x7f');
}
