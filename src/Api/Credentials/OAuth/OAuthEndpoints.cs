using Actors.Projects;
using Actors.Vaults;
using Api.Documentation;
using Api.Problems;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Api.Credentials.OAuth;

/// <param name="RedirectUri">Where the provider sends the owner's browser back to, as it is registered there.</param>
/// <param name="Environment">Whose body and tokens; the main one unless given.</param>
internal sealed record AuthorizationStart(string? RedirectUri, string? Environment);

/// <param name="Url">Where the owner's browser goes.</param>
/// <param name="ExpiresAt">By then the authorization has to be finished.</param>
internal sealed record AuthorizationRequest(string Url, DateTimeOffset ExpiresAt);

/// <param name="Code">From the provider's redirect, as is the state.</param>
internal sealed record AuthorizationFinish(string? Code, string? State);

/// <summary>The authorization code grant (RFC 6749, 4.1) with PKCE: who began it finishes it, with their own token, so that nobody else's
/// consent gets into a credential.</summary>
internal static class OAuthEndpoints
{
    private const string One = "/v1/credentials/{credentialId:guid}";

    public static void MapCredentialAuthorization(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(One + ":authorize", StartAsync).WithTags("Credentials").WithName("authorizeCredential")
            .WithSummary("Begin to authorize a credential at its OAuth provider").WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode, VaultRefusals.EnvironmentNotFoundCode);
        routes.MapPost(One + ":finish-authorization", FinishAsync).WithTags("Credentials").WithName("finishCredentialAuthorization")
            .WithSummary("Bring what the provider sent back, and have the tokens stored").WithBodyProblems().WithCommandProblems()
            .WithProblems(ProblemKinds.NotFound, OAuthProblems.AuthorizationFailed)
            .WithRefusals(RefusalKind.NotFound, VaultRefusals.NotFoundCode).WithRefusals(RefusalKind.Conflict, VaultRefusals.DeletedCode);
    }

    private static async Task<Results<Ok<AuthorizationRequest>, Problem>> StartAsync(
        Guid credentialId, AuthorizationStart start, HttpContext context, OwnBodies bodies, AuthorizationStates states, TimeProvider time)
    {
        if (!Uri.TryCreate(start.RedirectUri, UriKind.Absolute, out var back) || back.Fragment.Length > 0)
            return Problem.Of(ProblemKinds.Invalid, "redirectUri", "is an absolute address without a fragment");
        var environment = start.Environment ?? EnvironmentSet.Main;
        var (client, version, problem) = await bodies.ClientAsync(context.Caller().UserId, credentialId, environment, context.RequestAborted);
        if (client is null) return problem!;

        var pending = new PendingAuthorization(
            context.Caller().UserId, credentialId, environment, start.RedirectUri!, Pkce.NewSecret(), version,
            time.GetUtcNow() + PendingAuthorization.Patience);
        var url = QueryHelpers.AddQueryString(client.AuthorizationUrl!.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = client.Id,
            ["redirect_uri"] = pending.RedirectUri,
            ["scope"] = client.Scope,
            ["state"] = states.Seal(pending),
            ["code_challenge"] = pending.Challenge,
            ["code_challenge_method"] = "S256",
        }.Where(static one => one.Value is not null).ToDictionary());
        return TypedResults.Ok(new AuthorizationRequest(url, pending.Until));
    }

    private static async Task<Results<NoContent, Problem>> FinishAsync(
        Guid credentialId, AuthorizationFinish finish, HttpContext context, OwnBodies bodies, AuthorizationStates states, OAuthHttp http,
        TokenRenewals renewals, IEntities entities)
    {
        var owner = context.Caller().UserId;
        if (string.IsNullOrEmpty(finish.Code)) return Problem.Of(ProblemKinds.Invalid, "code", "is what the provider sent back");
        if (states.Open(finish.State) is not { } pending || pending.OwnerId != owner || pending.CredentialId != credentialId)
            return Problem.Of(ProblemKinds.Invalid, "state", "is what the provider sent back, at most ten minutes after you began");
        var (client, version, problem) = await bodies.ClientAsync(owner, credentialId, pending.Environment, context.RequestAborted);
        if (client is null) return problem!;
        if (version != pending.Version) return Problem.Of(ProblemKinds.Invalid, "state", "is of before the credential was changed");

        var answer = await http.ByCodeAsync(client, finish.Code, pending.RedirectUri, pending.Verifier, context.RequestAborted);
        if (answer is not TokenAnswer.Given { Tokens: var tokens }) return Problem.Of(OAuthProblems.AuthorizationFailed);
        var set = await renewals.SetAsync(new BodyPlace(owner, credentialId, pending.Environment), tokens, null, rotates: false);
        var outcome = await entities.AskAsync(CredentialVaults.Of(owner), set, context.RequestAborted);
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }
}
