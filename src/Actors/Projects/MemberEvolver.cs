namespace Actors.Projects;

/// <summary>How the members of a project change.</summary>
internal static class MemberEvolver
{
    public static ProjectState Created(ProjectState state, ProjectEvent.Created created) =>
        created.OwnerId is { } owner ? With(state, owner, ProjectMember.New(ProjectRole.Owner, null, created.At)) with { OwnerId = owner } : state;

    public static ProjectState Added(ProjectState state, ProjectEvent.MemberAdded added) =>
        Join(state, added.UserId, added.Role, added.Environments, added.At);

    public static ProjectState Changed(ProjectState state, ProjectEvent.MemberChanged changed)
    {
        Invariant.Holds(changed.Role != ProjectRole.Owner && state.OwnerId != changed.UserId, "owners change by transfer alone");
        return With(state, changed.UserId, Member(state, changed.UserId) with { Role = changed.Role, Environments = changed.Environments });
    }

    public static ProjectState Removed(ProjectState state, ProjectEvent.MemberRemoved removed)
    {
        Invariant.Holds(state.OwnerId != removed.UserId, "the owner stays");
        Invariant.Holds(state.Members.ContainsKey(removed.UserId), "only a member is removed");
        return state with
        {
            Members = state.Members.Remove(removed.UserId),
            Offer = state.Offer?.To == removed.UserId ? null : state.Offer,
        };
    }

    public static ProjectState Preferred(ProjectState state, ProjectEvent.PreferencesSet set) =>
        With(state, set.UserId, Member(state, set.UserId) with { Digest = set.Digest, FailureAlert = set.FailureAlert });

    public static ProjectState Transferred(ProjectState state, ProjectEvent.OwnershipTransferred transferred)
    {
        Invariant.Holds(state.OwnerId == transferred.From, "the owner hands over");
        Invariant.Holds(state.OwnerId != transferred.To, "to another");
        if (transferred.From is { } from) state = With(state, from, Member(state, from) with { Role = ProjectRole.Admin });
        var next = state.Members.GetValueOrDefault(transferred.To) ?? ProjectMember.New(ProjectRole.Owner, null, transferred.At);
        return With(state, transferred.To, next with { Role = ProjectRole.Owner, Environments = null }) with
        {
            OwnerId = transferred.To,
            Offer = null,
        };
    }

    public static ProjectState Invited(ProjectState state, ProjectEvent.Invited invited) => state with
    {
        Invitations = state.Invitations.RemoveRange(invited.Forgotten).Add(invited.Invitation.Id, invited.Invitation),
    };

    public static ProjectState Accepted(ProjectState state, ProjectEvent.InvitationAccepted accepted)
    {
        var invitation = state.Invitations[accepted.InvitationId];
        state = Join(state, accepted.UserId, invitation.Role, invitation.Environments, accepted.At);
        return Close(state, invitation, InvitationStatus.Accepted);
    }

    public static ProjectState Revoked(ProjectState state, ProjectEvent.InvitationRevoked revoked) =>
        Close(state, state.Invitations[revoked.InvitationId], InvitationStatus.Revoked);

    private static ProjectState Join(
        ProjectState state, Guid userId, ProjectRole role, EnvironmentSet? environments, DateTimeOffset at)
    {
        Invariant.Holds(role != ProjectRole.Owner && !state.Members.ContainsKey(userId), "who joins is new and no owner");
        return With(state, userId, ProjectMember.New(role, environments, at));
    }

    /// <summary>The token's hash stays, so that its second use is told from a guess; the address is not needed any more.</summary>
    private static ProjectState Close(ProjectState state, Invitation invitation, InvitationStatus status)
    {
        Invariant.Holds(invitation.IsOpen, "an invitation is closed once");
        var closed = invitation with { Status = status, EmailKey = "", SealedEmail = "" };
        return state with { Invitations = state.Invitations.SetItem(invitation.Id, closed) };
    }

    private static ProjectMember Member(ProjectState state, Guid userId)
    {
        Invariant.Holds(state.Members.TryGetValue(userId, out var member), "who is changed is a member");
        return member!;
    }

    private static ProjectState With(ProjectState state, Guid userId, ProjectMember member) =>
        state with { Members = state.Members.SetItem(userId, member) };
}
