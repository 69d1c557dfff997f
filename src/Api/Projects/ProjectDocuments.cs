using Actors.Projects;
using Api.Json;
using Api.ReadModels;

namespace Api.Projects;

/// <param name="Name">1 to 100 of a-z, 0-9 and -.</param>
/// <param name="Description">At most 240 characters.</param>
/// <param name="Concurrency">Most runs of the project that may be active at once in the whole cluster; absent for no limit.</param>
/// <param name="Weight">Turns in a round among the projects that wait for workers: 1 to 100, 1 unless given.</param>
/// <param name="OwnerId">The caller unless given; another user only by a super user.</param>
/// <param name="Environments">1 to 10 names of a-z, 0-9 and -, the default first; main unless given.</param>
internal sealed record NewProject(
    string? Name, string? Description, int? Concurrency, int? Weight, ProjectLimits? Limits,
    Guid? OwnerId = null, string[]? Environments = null);

/// <summary>Merge patch: absent fields stay, null removes.</summary>
/// <param name="RequiresMfa">Members without a second factor are kept out. Only by a caller who has one.</param>
/// <param name="RetentionPolicy">What is kept of the data of runs that are created from now on: retain_all, retain_with_errors or erase_all.</param>
/// <param name="HistoryRetentionDays">7, 14, 30, 90, 180 or 365; null for no end.</param>
/// <param name="DataclipRetentionDays">As historyRetentionDays and at most as long.</param>
/// <param name="Environments">1 to 10 names of a-z, 0-9 and -, the default first. Those that somebody is limited to stay.</param>
internal sealed record ProjectPatch(
    string? Name,
    Patch<string> Description,
    Patch<int?> Concurrency,
    Patch<int?> Weight,
    Patch<ProjectLimitsPatch> Limits,
    bool? RequiresMfa = null,
    RetentionPolicy? RetentionPolicy = null,
    Patch<int?> HistoryRetentionDays = default,
    Patch<int?> DataclipRetentionDays = default,
    string[]? Environments = null)
{
    /// <summary>What the patch makes of the policies; null if it names none.</summary>
    public ProjectPolicies? Policies(ProjectRow present) =>
        RequiresMfa is null && RetentionPolicy is null && !HistoryRetentionDays.IsGiven && !DataclipRetentionDays.IsGiven && Environments is null
            ? null
            : new ProjectPolicies(
                RequiresMfa ?? present.RequiresMfa,
                RetentionPolicy ?? Words.Parse<RetentionPolicy>(present.RetentionPolicy),
                HistoryRetentionDays.Or(present.HistoryRetentionDays),
                DataclipRetentionDays.Or(present.DataclipRetentionDays))
            {
                Environments = EnvironmentNames.Of(Environments) ?? EnvironmentNames.Read(present.Environments),
            };
}

/// <summary>Merge patch of what a super user changes from outside: absent fields stay, null removes.</summary>
internal sealed record AdminProjectPatch(
    string? Name, Patch<string> Description, Patch<int?> Concurrency, Patch<int?> Weight, Patch<ProjectLimitsPatch> Limits)
{
    public ProjectPatch ToPatch() => new(Name, Description, Concurrency, Weight, Limits);
}

/// <param name="Limits">Absent where all follows from the node.</param>
/// <param name="OwnerId">Absent in a project of before there were members.</param>
/// <param name="Environments">The first is the default.</param>
/// <param name="OwnershipOffer">To whom the owner has offered the project; absent once it is over.</param>
/// <param name="PurgeAfter">When it is deleted for good; absent unless somebody asked for that.</param>
/// <param name="LegalHoldSince">Since when nothing of it is removed, also if it is about to be deleted; absent unless a super user says so.</param>
/// <param name="Version">Also the ETag.</param>
internal sealed record ProjectView(
    Guid Id,
    string Name,
    string? Description,
    int? Concurrency,
    int Weight,
    ProjectLimits? Limits,
    Guid? OwnerId,
    bool RequiresMfa,
    RetentionPolicy RetentionPolicy,
    int? HistoryRetentionDays,
    int? DataclipRetentionDays,
    IReadOnlyList<string> Environments,
    OwnershipOfferView? OwnershipOffer,
    DateTimeOffset? PurgeAfter,
    DateTimeOffset? LegalHoldSince,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static ProjectView Of(ProjectRow row, DateTimeOffset now) =>
        new(
            row.Id,
            row.Name,
            row.Description,
            row.Concurrency,
            row.Weight,
            ProjectLimits.Of(row),
            row.OwnerId,
            row.RequiresMfa,
            Words.Parse<RetentionPolicy>(row.RetentionPolicy),
            row.HistoryRetentionDays,
            row.DataclipRetentionDays,
            EnvironmentNames.Read(row.Environments)!.Names,
            row is { OfferedTo: { } to, OfferExpiresAt: { } end } && now < end ? new OwnershipOfferView(to, end) : null,
            row.PurgeAt,
            row.HeldSince,
            row.Version,
            row.CreatedAt,
            row.UpdatedAt);
}

internal sealed record OwnershipOfferView(Guid UserId, DateTimeOffset ExpiresAt);
