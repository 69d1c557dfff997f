using Cluster.Entities;

namespace Actors.Accounts;

/// <summary>Every way the register of accounts says no. The codes are part of the public API.</summary>
public static class AccountsRefusals
{
    public const string SetUpDoneCode = "setup_done";
    public const string SetUpFirstCode = "setup_first";
    public const string NotFoundCode = "user_not_found";
    public const string ExistsCode = "user_exists";
    public const string EmailTakenCode = "email_taken";
    public const string LastSuperUserCode = "last_super_user";
    public const string LeavingCode = "user_leaving";
    public const string NotLeavingCode = "user_not_leaving";
    public const string PurgingCode = "user_purging";
    public const string GraceCode = "grace_not_over";
    public const string TooManyCode = "too_many_users";

    internal static Refusal SetUpDone() =>
        new(RefusalKind.Gone, SetUpDoneCode, "The cluster has had its first super user: set-up is over for good.");

    internal static Refusal SetUpFirst() => new(RefusalKind.Conflict, SetUpFirstCode, "The first account is made by set-up.");

    internal static Refusal NotFound(Guid id) => new(RefusalKind.NotFound, NotFoundCode, $"There is no user {id}.");

    internal static Refusal Exists(Guid id) => new(RefusalKind.Conflict, ExistsCode, $"User {id} exists already.");

    internal static Refusal EmailTaken() =>
        new(
            RefusalKind.Conflict,
            EmailTakenCode,
            "Another account has this e-mail address.",
            [new FieldFault("email", "must not be the address of another account")]);

    internal static Refusal LastSuperUser() =>
        new(
            RefusalKind.Conflict,
            LastSuperUserCode,
            "The last active super user can be neither deleted, demoted, disabled nor locked. Make another one first.");

    internal static Refusal Leaving(Guid id) =>
        new(RefusalKind.Conflict, LeavingCode, $"The deletion of user {id} is scheduled; cancel it first.");

    internal static Refusal NotLeaving(Guid id) =>
        new(RefusalKind.Conflict, NotLeavingCode, $"The deletion of user {id} is not scheduled.");

    internal static Refusal Purging(Guid id) =>
        new(RefusalKind.Gone, PurgingCode, $"The deletion of user {id} cannot be cancelled any more.");

    internal static Refusal Grace(DateTimeOffset until) =>
        new(RefusalKind.Conflict, GraceCode, $"The deletion can be cancelled until {until:u}.");

    internal static Refusal TooMany(int bound) => new(RefusalKind.Conflict, TooManyCode, $"There are at most {bound} users.");
}
