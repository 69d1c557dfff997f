using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>Every way a project says no about its members. The codes are part of the public API.</summary>
public static class MemberRefusals
{
    public const string NotFoundCode = "member_not_found";
    public const string ExistsCode = "member_exists";
    public const string InvalidCode = "member_invalid";
    public const string TooManyCode = "too_many_members";
    public const string OwnerStaysCode = "owner_stays";
    public const string OwnerChangedCode = "owner_changed";
    public const string OfferedCode = "ownership_offered";
    public const string NoOfferCode = "no_ownership_offer";
    public const string EnvironmentInUseCode = "environment_in_use";
    public const string InvitationNotFoundCode = "invitation_not_found";
    public const string InvitationExistsCode = "invitation_exists";
    public const string InvitationUsedCode = "invitation_used";
    public const string InvitationRevokedCode = "invitation_revoked";
    public const string InvitationExpiredCode = "invitation_expired";
    public const string InvitationForAnotherCode = "invitation_for_another";
    public const string TooManyInvitationsCode = "too_many_invitations";

    internal static Refusal NotFound(Guid userId) =>
        new(RefusalKind.NotFound, NotFoundCode, $"The project has no member {userId}.");

    internal static Refusal Exists(Guid userId) => Conflict(ExistsCode, $"User {userId} is a member already.");

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The membership breaks its rules.", faults);

    internal static Refusal TooMany() => Conflict(TooManyCode, $"A project has at most {MemberDecider.MostMembers} members.");

    internal static Refusal OwnerStays() =>
        Conflict(OwnerStaysCode, "The owner stays as they are until another member has become the owner.");

    internal static Refusal OwnerChanged(Guid? present) =>
        Conflict(OwnerChangedCode, present is { } id ? $"The owner is {id}." : "The project has no owner.");

    internal static Refusal Offered() =>
        Conflict(OfferedCode, "The project is on offer to another member: withdraw that offer first.");

    internal static Refusal NoOffer() => Conflict(NoOfferCode, "There is no such offer, or no longer.");

    internal static Refusal EnvironmentInUse(string name) =>
        Conflict(EnvironmentInUseCode, $"Members, invitations or triggers are bound to the environment '{name}'.");

    internal static Refusal InvitationNotFound() =>
        new(RefusalKind.NotFound, InvitationNotFoundCode, "There is no such invitation.");

    internal static Refusal InvitationExists() =>
        Conflict(InvitationExistsCode, "This address has an open invitation: revoke it first.");

    internal static Refusal InvitationUsed() => Gone(InvitationUsedCode, "The invitation was used.");

    internal static Refusal InvitationRevoked() => Gone(InvitationRevokedCode, "The invitation was revoked.");

    internal static Refusal InvitationExpired() => Gone(InvitationExpiredCode, "The invitation has expired.");

    internal static Refusal InvitationForAnother() =>
        Conflict(InvitationForAnotherCode, "The invitation is for another address than the caller's.");

    internal static Refusal TooManyInvitations() =>
        Conflict(TooManyInvitationsCode, $"A project has at most {InvitationDecider.MostOpen} open invitations.");

    private static Refusal Conflict(string code, string message) => new(RefusalKind.Conflict, code, message);

    private static Refusal Gone(string code, string message) => new(RefusalKind.Gone, code, message);
}
