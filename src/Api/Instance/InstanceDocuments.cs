using Actors.Instance;
using Api.Json;

namespace Api.Instance;

/// <summary>A merge patch: what is absent stays.</summary>
internal sealed record InstanceSettingsPatch(
    bool? RequiresMfa,
    int? PasswordMinLength,
    int? PasswordMaxAgeDays,
    int? StaleAccountDays,
    bool? AllowSignUp,
    bool? AllowProjectCreation,
    int? AccessTokenMinutes,
    int? SessionIdleHours,
    int? SessionMaxDays,
    int? ApiTokenMaxDays,
    int? DeletionGraceDays,
    int? HistoryMaxDays,
    Patch<string> Contact)
{
    public InstanceSettings Apply(InstanceSettings present) => present with
    {
        RequiresMfa = RequiresMfa ?? present.RequiresMfa,
        PasswordMinLength = PasswordMinLength ?? present.PasswordMinLength,
        PasswordMaxAgeDays = PasswordMaxAgeDays ?? present.PasswordMaxAgeDays,
        StaleAccountDays = StaleAccountDays ?? present.StaleAccountDays,
        AllowSignUp = AllowSignUp ?? present.AllowSignUp,
        AllowProjectCreation = AllowProjectCreation ?? present.AllowProjectCreation,
        AccessTokenMinutes = AccessTokenMinutes ?? present.AccessTokenMinutes,
        SessionIdleHours = SessionIdleHours ?? present.SessionIdleHours,
        SessionMaxDays = SessionMaxDays ?? present.SessionMaxDays,
        ApiTokenMaxDays = ApiTokenMaxDays ?? present.ApiTokenMaxDays,
        DeletionGraceDays = DeletionGraceDays ?? present.DeletionGraceDays,
        HistoryMaxDays = HistoryMaxDays ?? present.HistoryMaxDays,
        Contact = Contact.Or(present.Contact),
    };
}

/// <summary>What every user may know of the instance.</summary>
/// <param name="Contact">Whom to ask for what only super users can do.</param>
internal sealed record InstanceView(string? Contact, bool AllowProjectCreation, bool RequiresMfa);
