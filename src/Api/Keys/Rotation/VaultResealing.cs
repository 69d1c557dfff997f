using Actors;
using Actors.Vaults;
using Api.Credentials;
using Api.Credentials.OAuth;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>Bodies of credentials, of every environment, and OAuth tokens; of deleted credentials too, which can be restored.</summary>
internal sealed class VaultResealing(IEntities entities, IReadStore store, Resealer resealer, NoticeBoard notices)
    : EntityResealing("vaults", entities, store, resealer, notices)
{
    protected override string Ids => "select distinct vault_id from credentials where vault_id > @after order by vault_id limit @most";

    protected override async Task ResealAsync(Guid id, FoundBlobs found, CancellationToken cancellationToken)
    {
        var vault = new EntityRef(EntityTypes.Vault, id);
        foreach (var credentialId in await Store.ListAsync<Guid>("select id from credentials where vault_id = @id order by id", new { id }, cancellationToken))
        {
            if (await AskAsync(vault, new VaultCommand.Inspect(credentialId), cancellationToken) is VaultReply.Fetched { Credential: var credential })
                await FindAsync(vault, credential, found, cancellationToken);
            if (found.Bytes >= MostBytes) await TellAsync(vault, found, static changes => new VaultCommand.Reseal(changes), cancellationToken);
        }

        await TellAsync(vault, found, static changes => new VaultCommand.Reseal(changes), cancellationToken);
    }

    private static async Task FindAsync(EntityRef vault, Credential credential, FoundBlobs found, CancellationToken cancellationToken)
    {
        foreach (var (environment, body) in Bodies(credential))
        {
            var place = new BodyPlace(vault.Id, credential.Id, environment);
            await found.AddAsync(vault, body.Blob, Sealing.Identity(vault.Id, place.BoundTo), cancellationToken);
        }

        if (credential.Tokens is not { } all) return;
        foreach (var (environment, state) in all)
        {
            if (state.Tokens is not { } tokens) continue;
            var place = TokenRenewals.TokensOf(new BodyPlace(vault.Id, credential.Id, environment));
            await found.AddAsync(vault, tokens.Blob, Sealing.Identity(vault.Id, place.BoundTo), cancellationToken);
        }
    }

    private static IEnumerable<(string? Environment, SealedBody Body)> Bodies(Credential credential) =>
        [(null, credential.Body), .. credential.Environments?.Select(static one => ((string?)one.Key, one.Value.Body)) ?? []];
}
