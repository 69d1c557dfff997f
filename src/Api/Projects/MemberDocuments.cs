using Api.Accounts;
using Actors.Projects;
using Api.Json;
using Api.ReadModels;

namespace Api.Projects;

/// <summary>Either a user or an address that one has.</summary>
/// <param name="Role">admin, editor or viewer.</param>
/// <param name="Environments">Those that the membership is limited to; absent for all, also those to come.</param>
internal sealed record NewMember(Guid? UserId, string? Email, ProjectRole? Role, string[]? Environments = null);

/// <summary>Merge patch: absent fields stay.</summary>
/// <param name="Environments">Null for all.</param>
/// <param name="Digest">Refused here: it is the member's own affair.</param>
/// <param name="FailureAlert">As digest.</param>
internal sealed record MemberPatch(
    ProjectRole? Role = null, Patch<string[]> Environments = default, Digest? Digest = null, bool? FailureAlert = null);

/// <summary>What members say about themselves; absent fields stay.</summary>
/// <param name="Digest">How often they want a summary by e-mail: never, daily, weekly or monthly.</param>
/// <param name="FailureAlert">Whether they want an e-mail when a run fails.</param>
internal sealed record OwnMembershipPatch(Digest? Digest = null, bool? FailureAlert = null);

/// <param name="Name">Absent if the user is gone.</param>
/// <param name="Environments">Absent for all.</param>
internal sealed record MemberView(
    Guid UserId,
    string? Name,
    string? Email,
    ProjectRole Role,
    IReadOnlyList<string>? Environments,
    Digest Digest,
    bool FailureAlert,
    DateTimeOffset Since)
{
    public static MemberView Of(MemberRow row, Person? person) =>
        new(
            row.UserId,
            person?.Name,
            person?.Email,
            Words.Parse<ProjectRole>(row.Role),
            EnvironmentNames.Read(row.Environments)?.Names,
            Words.Parse<Digest>(row.Digest),
            row.FailureAlert,
            row.Since);
}

/// <summary>A membership that a super user gives.</summary>
/// <param name="Role">With owner, the user becomes the owner of a project that has none, or in place of <paramref name="ReplacesOwner"/>.</param>
/// <param name="ReplacesOwner">The present owner, who becomes an admin.</param>
internal sealed record AppointedMember(ProjectRole? Role, string[]? Environments = null, Guid? ReplacesOwner = null);

/// <param name="Email">Of whoever is to join.</param>
internal sealed record NewInvitation(string? Email, ProjectRole? Role, string[]? Environments = null);

/// <param name="Token">For the link to the invited person; only in the answer to its creation.</param>
internal sealed record InvitationView(
    Guid Id,
    string Email,
    ProjectRole Role,
    IReadOnlyList<string>? Environments,
    Guid InvitedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    string? Token = null);

internal sealed record InvitationToken(string? Token);

internal sealed record JoinedProject(Guid ProjectId, ProjectRole Role, IReadOnlyList<string>? Environments);

internal sealed record NewOwner(Guid UserId);
