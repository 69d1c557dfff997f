using System.Text.Json;
using Actors.Vaults;
using Api.Problems;
using Cluster.Entities;

namespace Api.Credentials.OAuth;

/// <summary>Opens OAuth clients for what the node itself does on behalf of their owner. Nothing of it goes into an answer but addresses.</summary>
internal sealed class OwnBodies(IEntities entities, BodySealing sealing)
{
    /// <returns>The client and the credential's version, or the problem to answer with.</returns>
    public async Task<(OAuthClient? Client, int Version, Problem? Problem)> ClientAsync(
        Guid owner, Guid credentialId, string environment, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(CredentialVaults.Of(owner), new VaultCommand.Look(credentialId, environment), cancellationToken);
        if (outcome is not Outcome.Replied { Reply: VaultReply.Fetched { Credential: var credential } }) return (null, 0, Problem.Of(outcome));
        if (credential.Kind != CredentialKind.Oauth2AuthorizationCode)
            return (null, 0, Problem.Of(ProblemKinds.Invalid, "kind", "must be oauth2_authorization_code: nobody authorizes the others"));
        using var body = JsonDocument.Parse(await sealing.OpenAsync(new BodyPlace(owner, credentialId, environment), credential.Body, cancellationToken));
        return (OAuthClient.Of(body.RootElement), credential.Version, null);
    }
}
