using System.Text.Json;
using Actors.Vaults;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

internal sealed class VaultProjection : IProjection<VaultState, VaultEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, VaultState state, VaultEvent @event)
    {
        switch (@event)
        {
            case VaultEvent.Created created:
                Save(rows, context.Entity.Id, state.Credentials[created.CredentialId]);
                break;
            case VaultEvent.Updated updated:
                Save(rows, context.Entity.Id, state.Credentials[updated.CredentialId]);
                break;
            case VaultEvent.Deleted deleted:
                rows.Delete(Tables.Credentials, deleted.CredentialId);
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
    }

    private static void Save(RowBatch rows, Guid vaultId, Credential credential) =>
        rows.Upsert(
            Tables.Credentials,
            credential.Id, vaultId, credential.Name, credential.Schema,
            JsonSerializer.Serialize([.. credential.KeyNames], DefinitionJson.Default.StringArray),
            credential.Version, credential.CreatedAt, credential.UpdatedAt);
}
