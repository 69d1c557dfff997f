namespace Api.Audit;

/// <summary>Every word that an entry's action may be, <c>area.thing_done</c>. Words are part of the public API: none is ever renamed,
/// and what is recorded is listed in <c>docs/audit.md</c>.</summary>
internal static class AuditActions
{
    public const string SignInRefused = "sign_in.refused";
    public const string PermissionRefused = "permission.refused";
    public const string WebhookRefused = "webhook.refused";
    public const string WorkerRefused = "worker.refused";

    public const string InstanceSetUp = "instance.set_up";
    public const string InstanceSettingsUpdated = "instance.settings_updated";

    public const string UserCreated = "user.created";
    public const string UserPersonChanged = "user.person_changed";
    public const string UserEmailChanged = "user.email_changed";
    public const string UserPromoted = "user.promoted";
    public const string UserDemoted = "user.demoted";
    public const string UserDisabled = "user.disabled";
    public const string UserEnabled = "user.enabled";
    public const string UserLockedStale = "user.locked_stale";
    public const string UserUnlocked = "user.unlocked";
    public const string UserDeletionScheduled = "user.deletion_scheduled";
    public const string UserDeletionCancelled = "user.deletion_cancelled";
    public const string UserErased = "user.erased";
    public const string UserPurged = "user.purged";

    public const string SignedIn = "sign_in.succeeded";
    public const string SessionsEnded = "session.ended";
    public const string PasswordChanged = "password.changed";
    public const string LinkMade = "password_link.created";
    public const string LinkUsed = "password_link.used";
    public const string MfaSetUp = "mfa.set_up";
    public const string MfaRemoved = "mfa.removed";
    public const string RecoveryCodesMade = "mfa.recovery_codes_created";
    public const string RecoveryCodeUsed = "mfa.recovery_code_used";
    public const string ApiTokenCreated = "api_token.created";
    public const string ApiTokensRevoked = "api_token.revoked";

    public const string OpenIdLinked = "openid.linked";
    public const string OpenIdProviderSetUp = "openid_provider.set_up";
    public const string OpenIdProviderChanged = "openid_provider.changed";
    public const string OpenIdProviderRemoved = "openid_provider.removed";

    public const string ProjectCreated = "project.created";
    public const string ProjectSettingsUpdated = "project.settings_updated";
    public const string ProjectDeleted = "project.deleted";
    public const string ProjectDeletionScheduled = "project.deletion_scheduled";
    public const string ProjectRestored = "project.restored";
    public const string ProjectPurged = "project.purged";
    public const string WorkflowSaved = "workflow.saved";
    public const string WorkflowDeleted = "workflow.deleted";
    public const string WebhookAuthMethodSaved = "webhook_auth_method.saved";
    public const string WebhookAuthMethodDeleted = "webhook_auth_method.deleted";

    public const string MemberAdded = "member.added";
    public const string MemberChanged = "member.changed";
    public const string MemberRemoved = "member.removed";
    public const string MemberLeft = "member.left";
    public const string OwnershipOffered = "ownership.offered";
    public const string OwnershipAccepted = "ownership.accepted";
    public const string OwnershipDeclined = "ownership.declined";
    public const string OwnershipWithdrawn = "ownership.withdrawn";
    public const string OwnerAppointed = "ownership.appointed";
    public const string InvitationMade = "invitation.created";
    public const string InvitationAccepted = "invitation.accepted";
    public const string InvitationRevoked = "invitation.revoked";

    public const string ProjectEgressChanged = "project.egress_changed";
    public const string LegalHoldSet = "project.legal_hold_set";
    public const string LegalHoldLifted = "project.legal_hold_lifted";
    public const string RepositoryConnected = "repository.connected";
    public const string RepositoryChanged = "repository.changed";
    public const string RepositoryDisconnected = "repository.disconnected";
    public const string RepositorySyncAsked = "repository.sync_asked";

    public const string CredentialCreated = "credential.created";
    public const string CredentialUpdated = "credential.updated";
    public const string CredentialGranted = "credential.granted";
    public const string CredentialWithdrawn = "credential.withdrawn";
    public const string CredentialDeleted = "credential.deleted";
    public const string CredentialBodySet = "credential.body_set";
    public const string CredentialBodyRemoved = "credential.body_removed";
    public const string CredentialDeletionScheduled = "credential.deletion_scheduled";
    public const string CredentialRestored = "credential.restored";
    public const string KeychainCreated = "keychain_credential.created";
    public const string KeychainUpdated = "keychain_credential.updated";
    public const string KeychainDeleted = "keychain_credential.deleted";
    public const string CredentialTransferOffered = "credential.transfer_offered";
    public const string CredentialTransferEnded = "credential.transfer_ended";
    public const string CredentialTransferred = "credential.transferred";
    public const string CredentialAuthorized = "credential.authorized";
    public const string TokenRefreshed = "credential.token_refreshed";
    public const string TokenRefreshFailed = "credential.token_refresh_failed";
    public const string TokenRevoked = "credential.token_revoked";
    public const string SecretUsed = "secret.used";

    public const string RunCancelled = "run.cancelled";
    public const string RunRetried = "run.retried";
    public const string BulkOperationStarted = "bulk_operation.started";
    public const string BulkOperationStopped = "bulk_operation.stopped";

    public const string ErasureStarted = "erasure.started";
    public const string ErasureExecuted = "erasure.executed";
    public const string ErasureDone = "erasure.done";
    public const string ErasureDiscarded = "erasure.discarded";

    public const string NodeDrainAsked = "node.drain_asked";
    public const string SetAsideRestoreAsked = "set_aside.restore_asked";

    public const string IntegrityFailed = "integrity.failed";

    public const string KeyRotationRegistered = "keys.rotation_registered";
    public const string KeyRotationActivated = "keys.rotation_activated";
    public const string KeyRotationAbandoned = "keys.rotation_abandoned";
    public const string KeysRotated = "keys.rotated";
    public const string KeysDestroyed = "keys.destroyed";

    public const string ProjectExported = "project.exported";
    public const string DataclipBodyRead = "dataclip.body_read";
    public const string DataclipNamed = "dataclip.named";
    public const string DataclipUnnamed = "dataclip.unnamed";
    public const string LogRead = "run_log.read";
    public const string LogFollowed = "run_log.followed";
    public const string AuditRead = "audit.read";
    public const string AuditExported = "audit.exported";
    public const string AuditFollowed = "audit.followed";
    public const string AuditVerified = "audit.verified";
}
