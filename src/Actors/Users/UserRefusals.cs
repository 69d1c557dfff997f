using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>Every way a user says no. The codes are part of the public API.</summary>
public static class UserRefusals
{
    public const string NotFoundCode = "user_not_found";
    public const string ErasedCode = "user_erased";
    public const string ExistsCode = "user_exists";
    public const string VersionMismatchCode = "version_mismatch";
    public const string PasswordChangedCode = "password_changed";
    public const string SessionNotFoundCode = "session_not_found";
    public const string MfaSetUpCode = "mfa_set_up";
    public const string MfaNotSetUpCode = "mfa_not_set_up";
    public const string MfaNotOfferedCode = "mfa_not_offered";
    public const string CodeNeededCode = "mfa_code_needed";
    public const string CodeUsedCode = "mfa_code_wrong";
    public const string LinkOverCode = "link_over";
    public const string TokenNotFoundCode = "api_token_not_found";
    public const string TokenInvalidCode = "api_token_invalid";
    public const string TooManyTokensCode = "too_many_api_tokens";

    internal static Refusal NotFound() => new(RefusalKind.NotFound, NotFoundCode, "There is no such user.");

    internal static Refusal Erased() => new(RefusalKind.Gone, ErasedCode, "The user was erased.");

    internal static Refusal Exists() => new(RefusalKind.Conflict, ExistsCode, "The user exists already.");

    internal static Refusal VersionMismatch(int expected, int present) =>
        new(RefusalKind.VersionMismatch, VersionMismatchCode, $"Version {expected} was expected, but the present one is {present}.");

    internal static Refusal PasswordChanged() =>
        new(RefusalKind.Conflict, PasswordChangedCode, "The password was changed in the meantime.");

    internal static Refusal SessionNotFound() => new(RefusalKind.NotFound, SessionNotFoundCode, "There is no such session.");

    internal static Refusal MfaSetUp() => new(RefusalKind.Conflict, MfaSetUpCode, "A second factor is set up already; remove it first.");

    internal static Refusal MfaNotSetUp() => new(RefusalKind.Conflict, MfaNotSetUpCode, "No second factor is set up.");

    internal static Refusal MfaNotOffered() =>
        new(RefusalKind.Conflict, MfaNotOfferedCode, "No second factor is about to be set up; begin again.");

    internal static Refusal CodeNeeded() => new(RefusalKind.Conflict, CodeNeededCode, "This needs a code of the second factor.");

    internal static Refusal CodeUsed() => new(RefusalKind.Conflict, CodeUsedCode, "The code was used before, or is not one.");

    internal static Refusal LinkOver() => new(RefusalKind.Gone, LinkOverCode, "The link was used, has expired, or was replaced.");

    internal static Refusal TokenNotFound() => new(RefusalKind.NotFound, TokenNotFoundCode, "There is no such API token.");

    internal static Refusal TokenInvalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, TokenInvalidCode, "The API token breaks its rules.", faults);

    internal static Refusal TooManyTokens() =>
        new(RefusalKind.Conflict, TooManyTokensCode, $"A user has at most {UserRules.MaxTokens} API tokens.");
}
