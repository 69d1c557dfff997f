using Api.Problems;

namespace Api.Credentials.OAuth;

internal static class OAuthProblems
{
    public static readonly ProblemKind AuthorizationFailed = new(422, "authorization_failed", "The provider did not give tokens for this");
}
