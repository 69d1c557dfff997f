using System.Text.Json.Serialization;

namespace Actors.Projects;

/// <summary>How often a member wants a summary of the project by e-mail.</summary>
public enum Digest
{
    Never,
    Daily,
    Weekly,
    Monthly,
}

/// <summary>What a user is in a project.</summary>
/// <param name="Environments">Those that the membership is limited to (X12); null for all.</param>
/// <param name="Digest">Theirs alone to change, as is <paramref name="FailureAlert"/> (S1-22, S1-23).</param>
/// <param name="FailureAlert">An e-mail when a run fails.</param>
public sealed record ProjectMember(
    ProjectRole Role, EnvironmentSet? Environments, Digest Digest, bool FailureAlert, DateTimeOffset Since)
{
    /// <summary>As somebody starts: without any e-mail that they did not ask for.</summary>
    public static ProjectMember New(ProjectRole role, EnvironmentSet? environments, DateTimeOffset since) =>
        new(role, environments, Digest.Never, false, since);
}

/// <summary>An owner's offer to hand the project over, which the other has to accept (S1-29).</summary>
/// <param name="To">A member.</param>
public sealed record OwnershipOffer(Guid To, DateTimeOffset ExpiresAt)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);
}

public enum InvitationStatus
{
    Open,
    Accepted,
    Revoked,
}

/// <summary>A single-use way into the project for a person who may have no account yet (S0-29).</summary>
/// <param name="EmailKey">Keyed hash of the address. It and <paramref name="SealedEmail"/> are empty once the invitation is closed.</param>
/// <param name="SealedEmail">The address, encrypted, for those who look at the list.</param>
/// <param name="TokenHash">Of the link's token, which is kept nowhere.</param>
public sealed record Invitation(
    Guid Id,
    string EmailKey,
    string SealedEmail,
    ProjectRole Role,
    EnvironmentSet? Environments,
    string TokenHash,
    Guid InvitedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    public InvitationStatus Status { get; init; }

    [JsonIgnore]
    public bool IsOpen => Status == InvitationStatus.Open;

    public bool IsOpenAt(DateTimeOffset now) => IsOpen && now < ExpiresAt;
}
