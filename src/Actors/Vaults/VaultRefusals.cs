using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>Every way a vault says no. The codes are part of the public API.</summary>
public static class VaultRefusals
{
    public const string NotFoundCode = "credential_not_found";
    public const string ExistsCode = "credential_exists";
    public const string InvalidCode = "credential_invalid";
    public const string NameTakenCode = "credential_name_taken";
    public const string VersionMismatchCode = "version_mismatch";
    public const string NotGrantedCode = "credential_not_granted";
    public const string TooManyCredentialsCode = "too_many_credentials";
    public const string TooManyProjectsCode = "too_many_grants";

    public const string DeletedCode = "credential_deleted";
    public const string EnvironmentNotFoundCode = "environment_not_found";

    /// <summary>As of data whose key was destroyed.</summary>
    public const string ErasedCode = "data_erased";

    public const string ReauthorizationCode = "reauthorization_required";
    public const string StaleRenewalCode = "stale_renewal";

    public const string ExternalIdTakenCode = "credential_external_id_taken";
    public const string TransferOfferedCode = "transfer_offered";
    public const string TransferNotFoundCode = "transfer_not_found";
    public const string TransferringCode = "credential_transferring";
    public const string RenewingCode = "credential_renewing";

    internal static Refusal NotFound(Guid id) =>
        new(RefusalKind.NotFound, NotFoundCode, $"The vault has no credential {id}.");

    internal static Refusal Exists(Guid id) =>
        new(RefusalKind.Conflict, ExistsCode, $"Credential {id} exists already.");

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The credential breaks its rules.", faults);

    internal static Refusal NameTaken(string name) =>
        new(
            RefusalKind.Conflict,
            NameTakenCode,
            $"The vault has another credential named '{name}'.",
            [new FieldFault("name", "must be unique in the vault")]);

    internal static Refusal VersionMismatch(int expected, int present) =>
        new(
            RefusalKind.VersionMismatch,
            VersionMismatchCode,
            $"Version {expected} was expected, but the present one is {present}.");

    internal static Refusal NotGranted(Guid id) =>
        new(RefusalKind.NotFound, NotGrantedCode, $"The project was not granted a credential {id}.");

    internal static Refusal TooManyCredentials() =>
        new(RefusalKind.Conflict, TooManyCredentialsCode, $"A vault holds at most {VaultRules.MaxCredentials} credentials.");

    internal static Refusal TooManyProjects() =>
        new(
            RefusalKind.Conflict,
            TooManyProjectsCode,
            $"A credential is granted to at most {VaultRules.MaxProjects} projects.");

    internal static Refusal Deleted(Guid id) =>
        new(RefusalKind.Conflict, DeletedCode, $"Credential {id} is deleted; it can be restored until it is destroyed.");

    internal static Refusal Erased() => new(RefusalKind.Gone, ErasedCode, "The vault's owner was erased.");

    internal static Refusal EnvironmentNotFound(Guid id, string environment) =>
        new(RefusalKind.NotFound, EnvironmentNotFoundCode, $"Credential {id} has no body for the environment '{environment}'.");

    internal static Refusal Reauthorization(Guid id) =>
        new(RefusalKind.Conflict, ReauthorizationCode, $"The owner of credential {id} has to authorize it at its provider first.");

    internal static Refusal ExternalIdTaken(string externalId) =>
        new(
            RefusalKind.Conflict,
            ExternalIdTakenCode,
            $"The vault has another credential with the external id '{externalId}'.",
            [new FieldFault("externalId", "must be unique in the vault")]);

    internal static Refusal TransferOffered(Guid id) =>
        new(RefusalKind.Conflict, TransferOfferedCode, $"Credential {id} is offered to somebody else; take that back first.");

    internal static Refusal TransferNotFound(Guid id) =>
        new(RefusalKind.NotFound, TransferNotFoundCode, $"No offer of a credential {id} is open.");

    internal static Refusal Transferring(Guid id) =>
        new(RefusalKind.Conflict, TransferringCode, $"Credential {id} is going to its new owner just now.");

    internal static Refusal Renewing(Guid id) =>
        new(RefusalKind.Conflict, RenewingCode, $"The tokens of credential {id} are being renewed; try again in half a minute.");

    internal static Refusal StaleRenewal(Guid id) =>
        new(RefusalKind.Conflict, StaleRenewalCode, $"The tokens of credential {id} are renewed by somebody else by now.");
}
