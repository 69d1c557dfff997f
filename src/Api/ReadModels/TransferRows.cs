using Actors.Vaults;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>Offers of credentials, and transfers under way. The DDL is in <c>Migrations/Transfers</c>.</summary>
internal static class TransferRows
{
    public static readonly ReadTable Offers = new(
        "credential_offers",
        [new("credential_id", ColumnType.Uuid)],
        [
            new("from_id", ColumnType.Uuid), new("user_id", ColumnType.Uuid), new("email_key", ColumnType.Text),
            new("offered_at", ColumnType.Timestamp), new("expires_at", ColumnType.Timestamp),
        ]);

    public static readonly ReadTable Moves = new(
        "credential_moves",
        [new("credential_id", ColumnType.Uuid)],
        [
            new("transfer_id", ColumnType.Uuid), new("from_id", ColumnType.Uuid), new("user_id", ColumnType.Uuid),
            new("begun_at", ColumnType.Timestamp),
        ]);

    /// <summary>The receiving vault writes what is shown of the credential, the giving one nothing more from the acceptance on: the
    /// order of their commits does not matter then.</summary>
    public static void Project(RowBatch rows, Guid vaultId, VaultState state, VaultEvent @event)
    {
        switch (@event)
        {
            case VaultEvent.TransferOffered offered:
                Offer(rows, vaultId, state.Credentials[offered.CredentialId]);
                break;
            case VaultEvent.TransferEnded ended:
                rows.Delete(Offers, ended.CredentialId);
                break;
            case VaultEvent.Deleted deleted:
                rows.Delete(Offers, deleted.CredentialId);
                break;
            case VaultEvent.TransferAccepted accepted:
                rows.Delete(Offers, accepted.CredentialId);
                rows.Upsert(Moves, accepted.CredentialId, accepted.TransferId, vaultId, accepted.UserId, accepted.At);
                break;
            case VaultEvent.TransferReverted reverted:
                Offer(rows, vaultId, state.Credentials[reverted.CredentialId]);
                rows.Delete(Moves, reverted.CredentialId);
                break;
            case VaultEvent.TransferReceived received:
                foreach (var project in received.Dropped) rows.Delete(Tables.CredentialGrants, received.Credential.Id, project);
                break;
            case VaultEvent.TransferSettled settled:
                rows.Delete(Moves, settled.CredentialId);
                break;
        }
    }

    private static void Offer(RowBatch rows, Guid vaultId, Credential credential)
    {
        var offer = credential.Transfer!;
        rows.Upsert(Offers, credential.Id, vaultId, offer.UserId, offer.EmailKey, offer.OfferedAt, offer.ExpiresAt);
    }
}
