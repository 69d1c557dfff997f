using System.Text.Json.Serialization;

namespace Actors.Projects;

/// <summary>What a project can be told about its members. All are answered <see cref="ProjectReply.Saved"/> with the project's
/// version, which they do not change.</summary>
[JsonDerivedType(typeof(AddMember), "add-member")]
[JsonDerivedType(typeof(ChangeMember), "change-member")]
[JsonDerivedType(typeof(RemoveMember), "remove-member")]
[JsonDerivedType(typeof(SetPreferences), "set-preferences")]
[JsonDerivedType(typeof(AppointOwner), "appoint-owner")]
[JsonDerivedType(typeof(OfferOwnership), "offer-ownership")]
[JsonDerivedType(typeof(AcceptOwnership), "accept-ownership")]
[JsonDerivedType(typeof(EndOwnershipOffer), "end-ownership-offer")]
[JsonDerivedType(typeof(Invite), "invite")]
[JsonDerivedType(typeof(AcceptInvitation), "accept-invitation")]
[JsonDerivedType(typeof(RevokeInvitation), "revoke-invitation")]
public abstract partial record ProjectCommand
{
    /// <param name="Role">Any but <see cref="ProjectRole.Owner"/>.</param>
    /// <param name="Environments">Null for all.</param>
    /// <param name="OrChange">One who is a member already is changed; otherwise refused.</param>
    public sealed record AddMember(Guid UserId, ProjectRole Role, EnvironmentSet? Environments, bool OrChange) : ProjectCommand;

    /// <summary>Null keeps what is.</summary>
    public sealed record ChangeMember(Guid UserId, ProjectRole? Role, EnvironmentChange? Environments) : ProjectCommand;

    /// <summary>By others or by oneself. The owner stays.</summary>
    public sealed record RemoveMember(Guid UserId) : ProjectCommand;

    /// <summary>A member's own; null keeps what is.</summary>
    public sealed record SetPreferences(Guid UserId, Digest? Digest, bool? FailureAlert) : ProjectCommand;

    /// <summary>By a super user: somebody becomes the owner of a project that has none, or in place of the one named.</summary>
    /// <param name="Replaces">The present owner, who becomes an admin; null if there is none.</param>
    public sealed record AppointOwner(Guid UserId, Guid? Replaces) : ProjectCommand;

    /// <param name="By">The owner.</param>
    /// <param name="To">Another member.</param>
    public sealed record OfferOwnership(Guid By, Guid To) : ProjectCommand;

    /// <param name="By">To whom it was offered.</param>
    public sealed record AcceptOwnership(Guid By) : ProjectCommand;

    /// <param name="By">The owner, who withdraws, or the other, who declines.</param>
    public sealed record EndOwnershipOffer(Guid By) : ProjectCommand;

    /// <param name="EmailKey">Keyed hash of the address: at most one open invitation has it.</param>
    /// <param name="SealedEmail">The address encrypted: opaque here.</param>
    /// <param name="TokenHash">Of the token in the link.</param>
    public sealed record Invite(
        Guid InvitationId, Guid By, string EmailKey, string SealedEmail, ProjectRole Role, EnvironmentSet? Environments, string TokenHash)
        : ProjectCommand;

    /// <summary>Once: whoever has the token and the address joins.</summary>
    public sealed record AcceptInvitation(Guid InvitationId, string TokenHash, string EmailKey, Guid UserId) : ProjectCommand;

    public sealed record RevokeInvitation(Guid InvitationId) : ProjectCommand;
}

/// <param name="To">Null for all.</param>
public sealed record EnvironmentChange(EnvironmentSet? To);
