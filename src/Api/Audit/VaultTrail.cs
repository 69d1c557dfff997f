using System.Collections.Immutable;
using Actors.Audit;
using Actors.Vaults;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries about credentials. Bodies never: names of keys, and whether the body changed.</summary>
internal sealed class VaultTrail(AuditRows audit) : ITrail<VaultState, VaultEvent>
{
    public void Record(RowBatch rows, in DecisionContext context, VaultState before, VaultState after, VaultEvent @event)
    {
        var (fact, id) = @event switch
        {
            VaultEvent.Created created => (Saved(AuditActions.CredentialCreated, null, after.Credentials[created.CredentialId]), created.CredentialId),
            VaultEvent.Updated updated => (
                Saved(AuditActions.CredentialUpdated, before.Credentials[updated.CredentialId], after.Credentials[updated.CredentialId]),
                updated.CredentialId),
            VaultEvent.Granted granted => (Of(AuditActions.CredentialGranted, granted.ProjectId), granted.CredentialId),
            VaultEvent.Withdrawn withdrawn => (Of(AuditActions.CredentialWithdrawn, withdrawn.ProjectId), withdrawn.CredentialId),
            VaultEvent.BodySet set => (OfBody(AuditActions.CredentialBodySet, set.Environment, set.KeyNames), set.CredentialId),
            VaultEvent.BodyRemoved removed => (OfBody(AuditActions.CredentialBodyRemoved, removed.Environment, []), removed.CredentialId),
            VaultEvent.TokensSet set => (
                OfBody(set.IsAuthorized ? AuditActions.CredentialAuthorized : AuditActions.TokenRefreshed, set.Environment, []), set.CredentialId),
            VaultEvent.RenewalFailed { NeedsAuthorization: true } failed => (
                OfBody(AuditActions.TokenRefreshFailed, failed.Environment, []), failed.CredentialId),
            VaultEvent.Removed removed => (
                new AuditFact(AuditActions.CredentialDeletionScheduled)
                {
                    Details = AuditDetails.Of(writer => writer.WriteString("purgeAfter"u8, removed.PurgeAfter)),
                },
                removed.CredentialId),
            VaultEvent.Restored restored => (new AuditFact(AuditActions.CredentialRestored), restored.CredentialId),
            VaultEvent.Deleted deleted => (
                new AuditFact(AuditActions.CredentialDeleted)
                {
                    Details = AuditDetails.Of(writer => writer.WriteString("name"u8, before.Credentials[deleted.CredentialId].Name)),
                },
                deleted.CredentialId),
            VaultEvent.TransferOffered offered => (
                new AuditFact(AuditActions.CredentialTransferOffered) { Details = Transfer(after.Credentials[offered.CredentialId].Name, null, offered.UserId) },
                offered.CredentialId),
            VaultEvent.TransferEnded ended => (
                new AuditFact(AuditActions.CredentialTransferEnded) { Details = Transfer(before.Credentials[ended.CredentialId].Name, ended.By, null) },
                ended.CredentialId),
            VaultEvent.TransferReceived received => (
                new AuditFact(AuditActions.CredentialTransferred) { Details = Transfer(received.Credential.Name, received.FromId, context.Entity.Id) },
                received.Credential.Id),
            _ => (null, default),
        };
        if (fact is not null) audit.Add(rows, context, fact with { ItemType = "credential", ItemId = id });
        if (@event is not VaultEvent.TransferReceived { Dropped: var dropped }) return;
        for (var i = 0; i < dropped.Length; i++)
            audit.Add(rows, context, Of(AuditActions.CredentialWithdrawn, dropped[i]) with { ItemType = "credential", ItemId = id }, ordinal: i + 1);
    }

    private static string? Transfer(string name, Guid? from, Guid? to) => AuditDetails.Of(writer =>
    {
        writer.WriteString("name"u8, name);
        if (from is { } giver) writer.WriteString("from"u8, giver);
        if (to is { } taker) writer.WriteString("to"u8, taker);
    });

    private static AuditFact Of(string action, Guid projectId) => new(action) { ProjectId = projectId };

    private static AuditFact OfBody(string action, string environment, ImmutableArray<string> keys) => new(action)
    {
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteString("environment"u8, environment);
            if (!keys.IsEmpty) writer.WriteString("keys"u8, AuditDetails.Listed(keys));
        }),
    };

    private static AuditFact Saved(string action, Credential? before, Credential after) => new(action)
    {
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteChange("name", before?.Name, after.Name);
            writer.WriteChange("schema", before?.Schema, after.Schema);
            writer.WriteChange("version", before?.Version, (int?)after.Version);
            writer.WriteChange("keys", before?.KeyNames, after.KeyNames);
            writer.WriteBoolean("bodyChanged"u8, before is null || !before.Body.Blob.Span.SequenceEqual(after.Body.Blob.Span));
        }),
    };
}
