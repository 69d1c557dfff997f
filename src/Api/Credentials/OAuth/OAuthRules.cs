using Api.Credentials.Kinds;
using Api.Egress;

namespace Api.Credentials.OAuth;

/// <summary>What the body of an OAuth 2 credential must have.</summary>
internal static class OAuthRules
{
    public static void Check(BodyFields fields, bool hasOwner, EgressRules egress)
    {
        Address(fields, "token_url", isNeeded: true, egress);
        Address(fields, "authorization_url", hasOwner, egress);
        Address(fields, "revocation_url", isNeeded: false, egress);
        fields.Text("client_id");
        if (hasOwner) fields.OptionalText("client_secret");
        else fields.Text("client_secret");
        fields.OptionalText("scope");
        fields.OptionalText("audience");
        fields.Unless(fields.Value("auth_method") is null or "basic" or "post", "auth_method", "must be basic or post");
    }

    /// <summary>What the node would not call is not stored either.</summary>
    private static void Address(BodyFields fields, string name, bool isNeeded, EgressRules egress)
    {
        if (isNeeded) fields.Text(name);
        else fields.OptionalText(name);
        if (fields.Value(name) is not { } text) return;
        fields.Unless(
            Uri.TryCreate(text, UriKind.Absolute, out var address) && IsCalled(address, egress) && address.Fragment.Length == 0,
            name, "must be an https address on port 443, without user or fragment");
    }

    private static bool IsCalled(Uri address, EgressRules egress)
    {
        try
        {
            egress.Check(address);
            return true;
        }
        catch (EgressBlockedException)
        {
            return false;
        }
    }
}
