using Api.Egress;
using Api.Problems;

namespace Api.OpenId;

internal static class OpenIdProblems
{
    public static readonly ProblemKind NotSetUp = new(404, "openid_not_set_up", "No OpenID provider is set up");
    public static readonly ProblemKind Blocked = new(422, EgressBlockedException.Code, "The address is not one that this node calls");
    public static readonly ProblemKind DiscoveryFailed = new(422, "openid_discovery_failed", "The provider's configuration cannot be used");
    public static readonly ProblemKind SignInFailed = new(401, "openid_sign_in_failed", "The sign-in at the provider did not succeed");
    public static readonly ProblemKind EmailUnverified = new(403, "openid_email_unverified", "The provider does not vouch for the e-mail address");
    public static readonly ProblemKind NoAccount = new(403, "openid_no_account", "Nobody here has this e-mail address");
    public static readonly ProblemKind Unavailable = new(503, "openid_unavailable", "The OpenID provider cannot be reached");
}

/// <summary>The provider did not answer, or not with what it has to.</summary>
internal sealed class OpenIdUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
