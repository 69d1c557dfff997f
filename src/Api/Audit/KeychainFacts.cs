using Actors.Audit;
using Actors.Projects;

namespace Api.Audit;

/// <summary>Entries about keychain credentials of a project.</summary>
internal static class KeychainFacts
{
    /// <summary>Null for an event of something else.</summary>
    public static AuditFact? Of(ProjectState before, ProjectEvent @event) => @event switch
    {
        ProjectEvent.KeychainSaved { Keychain: var saved } => Saved(before.Keychains.GetValueOrDefault(saved.Id), saved),
        ProjectEvent.KeychainDeleted deleted => new AuditFact(AuditActions.KeychainDeleted)
        {
            ItemType = "keychain_credential",
            ItemId = deleted.KeychainId,
            Details = AuditDetails.Of(writer => writer.WriteString("name"u8, before.Keychains[deleted.KeychainId].Name)),
        },
        _ => null,
    };

    private static AuditFact Saved(Keychain? before, Keychain after) =>
        new(before is null ? AuditActions.KeychainCreated : AuditActions.KeychainUpdated)
        {
            ItemType = "keychain_credential",
            ItemId = after.Id,
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteChange("name", before?.Name, after.Name);
                writer.WriteChange("path", before?.Path, after.Path);
                writer.WriteChange("defaultCredentialId", before?.DefaultCredentialId?.ToString(), after.DefaultCredentialId?.ToString());
            }),
        };
}
