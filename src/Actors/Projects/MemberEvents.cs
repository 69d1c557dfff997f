using System.Collections.Immutable;

namespace Actors.Projects;

/// <summary>Facts of a project's members.</summary>
public abstract partial record ProjectEvent
{
    public sealed record MemberAdded(Guid UserId, ProjectRole Role, EnvironmentSet? Environments, DateTimeOffset At) : ProjectEvent;

    public sealed record MemberChanged(Guid UserId, ProjectRole Role, EnvironmentSet? Environments, DateTimeOffset At) : ProjectEvent;

    public sealed record MemberRemoved(Guid UserId, DateTimeOffset At) : ProjectEvent;

    public sealed record PreferencesSet(Guid UserId, Digest Digest, bool FailureAlert, DateTimeOffset At) : ProjectEvent;

    public sealed record OwnershipOffered(Guid From, Guid To, DateTimeOffset ExpiresAt, DateTimeOffset At) : ProjectEvent;

    public sealed record OwnershipOfferEnded(Guid By, DateTimeOffset At) : ProjectEvent;

    /// <summary>Both at once: the owner before becomes an admin.</summary>
    /// <param name="From">Null if there was none, as in projects of before there were members.</param>
    public sealed record OwnershipTransferred(Guid? From, Guid To, DateTimeOffset At) : ProjectEvent;

    /// <param name="Forgotten">Invitations that were over long ago.</param>
    public sealed record Invited(Invitation Invitation, ImmutableArray<Guid> Forgotten) : ProjectEvent;

    /// <summary>The user becomes a member as the invitation says.</summary>
    public sealed record InvitationAccepted(Guid InvitationId, Guid UserId, DateTimeOffset At) : ProjectEvent;

    public sealed record InvitationRevoked(Guid InvitationId, DateTimeOffset At) : ProjectEvent;
}
