using System.Text.Json;
using Actors.Vaults;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

internal sealed class VaultProjection : IProjection<VaultState, VaultEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, VaultState state, VaultEvent @event)
    {
        TransferRows.Project(rows, context.Entity.Id, state, @event);
        if (SavedBy(@event) is { } saved) Save(rows, context.Entity.Id, state.Credentials[saved]);
        switch (@event)
        {
            case VaultEvent.TransferReceived received:
                Save(rows, context.Entity.Id, received.Credential);
                break;
            case VaultEvent.Deleted deleted:
                rows.Delete(Tables.Credentials, deleted.CredentialId);
                rows.Delete(Tables.CredentialUses, deleted.CredentialId);
                break;
            case VaultEvent.Granted granted:
                rows.Upsert(Tables.CredentialGrants, granted.CredentialId, granted.ProjectId, granted.At);
                break;
            case VaultEvent.Withdrawn withdrawn:
                rows.Delete(Tables.CredentialGrants, withdrawn.CredentialId, withdrawn.ProjectId);
                break;
        }
    }

    public void Project(RowBatch rows, in DecisionContext context, VaultState state, Attachment attachment)
    {
        if (attachment is CredentialUse use) rows.Upsert(Tables.CredentialUses, use.CredentialId, use.At);
    }

    /// <summary>Whose row an event changes.</summary>
    private static Guid? SavedBy(VaultEvent @event) => @event switch
    {
        VaultEvent.Created created => created.CredentialId,
        VaultEvent.Updated updated => updated.CredentialId,
        VaultEvent.BodySet set => set.CredentialId,
        VaultEvent.BodyRemoved removed => removed.CredentialId,
        VaultEvent.Removed removed => removed.CredentialId,
        VaultEvent.TokensSet set => set.CredentialId,
        VaultEvent.RenewalFailed failed => failed.CredentialId,
        VaultEvent.Restored restored => restored.CredentialId,
        _ => null,
    };

    private static void Save(RowBatch rows, Guid vaultId, Credential credential) =>
        rows.Upsert(
            Tables.Credentials,
            credential.Id, vaultId, credential.Name, credential.Schema,
            JsonSerializer.Serialize([.. credential.KeyNames], DefinitionJson.Default.StringArray),
            credential.Version, credential.CreatedAt, credential.UpdatedAt,
            Words.Of(credential.Kind), credential.ExternalId, credential.Fingerprint, credential.ExpiresAt,
            EnvironmentsOf(credential), credential.PurgeAfter, AuthorizationsOf(credential));

    private static string? AuthorizationsOf(Credential credential) => credential.Tokens is { } tokens
        ? JsonSerializer.Serialize(
            [.. tokens.Select(static one => new AuthorizationFacts(one.Key, StateOf(one.Value)))],
            CredentialRowJson.Default.AuthorizationFactsArray)
        : null;

    private static string StateOf(TokenState state) =>
        state.NeedsAuthorization ? VaultRefusals.ReauthorizationCode : state.Tokens is null ? "pending" : "authorized";

    private static string? EnvironmentsOf(Credential credential) => credential.Environments is { } bodies
        ? JsonSerializer.Serialize(
            [.. bodies.Select(static one => new EnvironmentFacts(one.Key, [.. one.Value.KeyNames], one.Value.Fingerprint, one.Value.SetAt))],
            CredentialRowJson.Default.EnvironmentFactsArray)
        : null;
}
