using System.Collections.Immutable;
using System.Text.Json;
using Actors.Audit;
using Actors.Projects;
using Actors.Vaults;
using Api.Audit;
using Cluster.Sealing;

namespace Api.Credentials.OAuth;

/// <summary>Tells the provider that the tokens of a deleted credential are good for nothing any more (RFC 7009, S0-19). Once, when it is
/// deleted: a provider that cannot be reached then is not asked again, and the trail says so.</summary>
internal sealed class TokenRevocation(BodySealing sealing, OAuthHttp http, AuditLog audit)
{
    /// <param name="credential">As it was before.</param>
    public async Task RevokeAsync(Guid vaultId, Credential credential, AuditActor by, CancellationToken cancellationToken)
    {
        foreach (var (environment, state) in credential.Tokens ?? ImmutableSortedDictionary<string, TokenState>.Empty)
        {
            var body = environment == EnvironmentSet.Main ? credential.Body : credential.Environments?.GetValueOrDefault(environment)?.Body;
            if (state.Tokens is null || body is null) continue;
            var isRevoked = await TryAsync(new BodyPlace(vaultId, credential.Id, environment), body, state.Tokens, cancellationToken);
            await audit.RecordAsync(
                new AuditFact(AuditActions.TokenRevoked)
                {
                    Outcome = isRevoked ? AuditOutcome.Done : AuditOutcome.Failed,
                    ItemType = "credential",
                    ItemId = credential.Id,
                    Details = AuditDetails.Of(writer => writer.WriteString("environment"u8, environment)),
                },
                by, cancellationToken);
        }
    }

    private async Task<bool> TryAsync(BodyPlace place, SealedBody sealedBody, SealedBody sealedTokens, CancellationToken cancellationToken)
    {
        try
        {
            using var body = JsonDocument.Parse(await sealing.OpenAsync(place, sealedBody, cancellationToken));
            var tokens = OAuthTokens.Read(await sealing.OpenAsync(TokenRenewals.TokensOf(place), sealedTokens, cancellationToken));
            var client = OAuthClient.Of(body.RootElement);
            return client.RevocationUrl is not null && await http.RevokeAsync(client, tokens.RefreshToken ?? tokens.AccessToken, cancellationToken);
        }
        catch (Exception e) when (e is IntegrityException or KeyDestroyedException)
        {
            return false;
        }
    }
}
