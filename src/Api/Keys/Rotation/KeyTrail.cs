using Actors.Audit;
using Api.Audit;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>Entries about keys. Who ran an operator's command is not known: the entry is the system's.</summary>
internal sealed class KeyTrail(AuditLog audit) : IKeyTrail
{
    public Task<bool> RecordAsync(KeyTrailRow step, CancellationToken cancellationToken) =>
        audit.RecordAsync(FactOf(step), AuditActor.System, cancellationToken);

    private static AuditFact FactOf(KeyTrailRow step) => step.Owner is { } owner
        ? new AuditFact(AuditActions.KeysDestroyed) { ItemType = "key_owner", ItemId = owner }
        : new AuditFact(ActionOf(step.Step))
        {
            ItemType = "master_key",
            Details = AuditDetails.Of(writer => writer.WriteNumber("version"u8, step.Version)),
        };

    private static string ActionOf(string step) => step switch
    {
        KeySteps.Registered => AuditActions.KeyRotationRegistered,
        KeySteps.Activated => AuditActions.KeyRotationActivated,
        KeySteps.Abandoned => AuditActions.KeyRotationAbandoned,
        _ => AuditActions.KeysRotated,
    };
}
