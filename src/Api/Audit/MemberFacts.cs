using Actors.Audit;
using Actors.Projects;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>
/// What there is to say about who is in a project and who owns it. People are ids; of an invitation its own id, never the address.
/// What members prefer to be told by e-mail is theirs alone and no entry.
/// </summary>
internal static class MemberFacts
{
    /// <param name="by">On whose behalf it happened.</param>
    /// <returns>Null for what is none of this.</returns>
    public static AuditFact? Of(AuditActor by, ProjectState before, ProjectState after, ProjectEvent @event) => @event switch
    {
        ProjectEvent.MemberAdded added => Member(AuditActions.MemberAdded, added.UserId, null, after.Members[added.UserId]),
        ProjectEvent.MemberChanged changed => Member(
            AuditActions.MemberChanged, changed.UserId, before.Members[changed.UserId], after.Members[changed.UserId]),
        ProjectEvent.MemberRemoved removed => Member(
            IsOwnDoing(by, removed.UserId) ? AuditActions.MemberLeft : AuditActions.MemberRemoved,
            removed.UserId, before.Members[removed.UserId], null),
        ProjectEvent.OwnershipOffered offered => User(AuditActions.OwnershipOffered, offered.To) with
        {
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("from"u8, offered.From);
                writer.WriteString("expiresAt"u8, offered.ExpiresAt);
            }),
        },
        ProjectEvent.OwnershipOfferEnded ended => Ended(before.Offer!, ended.By),
        ProjectEvent.OwnershipTransferred transferred => Transferred(by, before, transferred),
        ProjectEvent.Invited invited => Invitation(AuditActions.InvitationMade, invited.Invitation, null),
        ProjectEvent.InvitationAccepted accepted => Invitation(
            AuditActions.InvitationAccepted, before.Invitations[accepted.InvitationId], accepted.UserId),
        ProjectEvent.InvitationRevoked revoked => Invitation(
            AuditActions.InvitationRevoked, before.Invitations[revoked.InvitationId], null),
        _ => null,
    };

    /// <summary>A super user who acts as such does not act for themselves, though it be about themselves.</summary>
    private static bool IsOwnDoing(AuditActor by, Guid userId) => by.Kind == ActorKind.User && by.Id == userId;

    private static AuditFact User(string action, Guid userId) => new(action) { ItemType = "user", ItemId = userId };

    private static AuditFact Member(string action, Guid userId, ProjectMember? before, ProjectMember? after) => User(action, userId) with
    {
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteChange("role", Role(before), Role(after));
            writer.WriteChange("environments", before?.Environments?.Names, after?.Environments?.Names);
        }),
    };

    private static AuditFact Ended(OwnershipOffer offer, Guid by) =>
        User(by == offer.To ? AuditActions.OwnershipDeclined : AuditActions.OwnershipWithdrawn, offer.To);

    private static AuditFact Transferred(AuditActor by, ProjectState before, ProjectEvent.OwnershipTransferred transferred)
    {
        var isAccepted = before.Offer?.To == transferred.To && IsOwnDoing(by, transferred.To);
        return User(isAccepted ? AuditActions.OwnershipAccepted : AuditActions.OwnerAppointed, transferred.To) with
        {
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteChange("ownerId", transferred.From?.ToString(), transferred.To.ToString());
                writer.WriteChange("role", Role(before.Members.GetValueOrDefault(transferred.To)), Words.Of(ProjectRole.Owner));
            }),
        };
    }

    private static AuditFact Invitation(string action, Invitation invitation, Guid? userId) => new(action)
    {
        ItemType = "invitation",
        ItemId = invitation.Id,
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteString("role"u8, Words.Of(invitation.Role));
            if (invitation.Environments is { } environments) writer.WriteString("environments"u8, AuditDetails.Listed(environments.Names));
            writer.WriteString("expiresAt"u8, invitation.ExpiresAt);
            if (userId is { } user) writer.WriteString("userId"u8, user);
        }),
    };

    private static string? Role(ProjectMember? member) => member is null ? null : Words.Of(member.Role);
}
