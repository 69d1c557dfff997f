using System.Collections.Immutable;
using Actors.Projects;
using Cluster.Entities;

namespace Actors.Instance;

/// <summary>What super users set for the whole instance, at run time. Each holds on every node within half a second.</summary>
public sealed record InstanceSettings
{
    public static InstanceSettings Default { get; } = new();

    /// <summary>Nobody may do anything without a second factor but to set one up (S0-31).</summary>
    public bool RequiresMfa { get; init; }

    /// <summary>Code points of a password at least, 15 to 128 (NIST SP 800-63B-4); with a second factor 8 suffice where it is required.</summary>
    public int PasswordMinLength { get; init; } = 15;

    /// <summary>Days after which a password must be changed, up to 3,650; 0 for never, as NIST and OWASP ask for (X1).</summary>
    public int PasswordMaxAgeDays { get; init; }

    /// <summary>Days without a sign-in after which an account is locked, up to 3,650; 0 for never (S0-33).</summary>
    public int StaleAccountDays { get; init; }

    /// <summary>Whoever reaches the instance may make an account.</summary>
    public bool AllowSignUp { get; init; }

    /// <summary>Users who are no super users may create projects, which are theirs (S1-35).</summary>
    public bool AllowProjectCreation { get; init; }

    /// <summary>Minutes that an access token of a session is good for, 1 to 60.</summary>
    public int AccessTokenMinutes { get; init; } = 10;

    /// <summary>Hours without use after which a session ends, 1 to 720.</summary>
    public int SessionIdleHours { get; init; } = 12;

    /// <summary>Days after which a session ends in any case, 1 to 365.</summary>
    public int SessionMaxDays { get; init; } = 30;

    /// <summary>Days that an API token may be good for at most, 1 to 3,650.</summary>
    public int ApiTokenMaxDays { get; init; } = 365;

    /// <summary>The longest that any project's history is kept, in days, and how long that of a new one is: 7, 14, 30, 90, 180 or 365; 0 for no
    /// end (S0-06).</summary>
    public int HistoryMaxDays { get; init; } = 365;

    /// <summary>Days between the deletion of an account or a project and its purge, in which it can be restored, 0 to 90.</summary>
    public int DeletionGraceDays { get; init; } = 7;

    /// <summary>Whom users ask for what only super users can do (S1-41); at most 240 characters.</summary>
    public string? Contact { get; init; }

    internal ImmutableArray<FieldFault> Check()
    {
        var faults = new Faults();
        Within(faults, PasswordMinLength, 15, 128, "passwordMinLength");
        Within(faults, PasswordMaxAgeDays, 0, 3_650, "passwordMaxAgeDays");
        Within(faults, StaleAccountDays, 0, 3_650, "staleAccountDays");
        Within(faults, AccessTokenMinutes, 1, 60, "accessTokenMinutes");
        Within(faults, SessionIdleHours, 1, 720, "sessionIdleHours");
        Within(faults, SessionMaxDays, 1, 365, "sessionMaxDays");
        Within(faults, ApiTokenMaxDays, 1, 3_650, "apiTokenMaxDays");
        faults.AddUnless(HistoryMaxDays == 0 || ProjectPolicies.IsPeriod(HistoryMaxDays), "historyMaxDays", "must be 7, 14, 30, 90, 180 or 365, or 0");
        Within(faults, DeletionGraceDays, 0, 90, "deletionGraceDays");
        faults.AddUnless(Contact is null or { Length: >= 1 and <= 240 }, "contact", "must have 1 to 240 characters, or be absent");
        return faults.ToImmutable();
    }

    private static void Within(Faults faults, int value, int min, int max, string field) =>
        faults.AddUnless(value >= min && value <= max, field, $"must be {min} to {max}");
}
