using System.Collections.Immutable;
using System.Security.Cryptography;
using Actors.Vaults;
using Api.Credentials.OAuth;

namespace Api.Credentials.Transfers;

/// <summary>Seals what one vault holds of a credential for another one: bodies and tokens are bound to vault, credential and environment.</summary>
internal sealed class VaultChange(BodySealing sealing)
{
    /// <returns>The same credential, for the other vault.</returns>
    public async Task<Credential> SealForAsync(Guid vaultId, Guid fromId, Credential credential, CancellationToken cancellationToken)
    {
        var place = new BodyPlace(fromId, credential.Id, null);
        return credential with
        {
            Body = await MoveAsync(place, vaultId, credential.Body, cancellationToken),
            Environments = await EachAsync(credential.Environments, async (environment, body) =>
                body with { Body = await MoveAsync(place with { Environment = environment }, vaultId, body.Body, cancellationToken) }),
            Tokens = await EachAsync(credential.Tokens, async (environment, state) => state.Tokens is not { } tokens ? state : state with
            {
                Tokens = await MoveAsync(TokenRenewals.TokensOf(place with { Environment = environment }), vaultId, tokens, cancellationToken),
            }),
        };
    }

    private async ValueTask<SealedBody> MoveAsync(BodyPlace present, Guid vaultId, SealedBody body, CancellationToken cancellationToken)
    {
        var plaintext = await sealing.OpenAsync(present, body, cancellationToken);
        try
        {
            return await sealing.SealAsync(present with { VaultId = vaultId }, plaintext, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static async Task<ImmutableSortedDictionary<string, T>?> EachAsync<T>(
        ImmutableSortedDictionary<string, T>? all, Func<string, T, Task<T>> change)
    {
        if (all is null) return null;
        var changed = all.ToBuilder();
        foreach (var (environment, one) in all) changed[environment] = await change(environment, one);
        return changed.ToImmutable();
    }
}
