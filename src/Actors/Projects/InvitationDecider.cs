using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project decides about invitations (S0-29).</summary>
internal static class InvitationDecider
{
    public const int MostOpen = 200;

    /// <summary>All that are remembered, so that the link of one that is over is answered with the reason.</summary>
    private const int MostKept = 1_000;
    private const int KeyLength = 255;
    private const int SealedLength = 2_048;

    /// <summary>How long after its end an invitation is remembered.</summary>
    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(30);

    public static Decision<ProjectEvent> Invite(ProjectState state, ProjectCommand.Invite invite, DateTimeOffset now)
    {
        if (state.Invitations.ContainsKey(invite.InvitationId)) return MemberRefusals.InvitationExists();
        if (MemberDecider.RefusalOf(state, invite.Role, invite.Environments) is { } refused) return refused;
        if (Check(invite) is { IsEmpty: false } faults) return MemberRefusals.Invalid(faults);

        var open = state.Invitations.Values.Where(one => one.IsOpenAt(now)).ToList();
        if (open.Exists(one => one.EmailKey == invite.EmailKey)) return MemberRefusals.InvitationExists();
        if (open.Count >= MostOpen) return MemberRefusals.TooManyInvitations();

        var invitation = new Invitation(
            invite.InvitationId, invite.EmailKey, invite.SealedEmail, invite.Role, invite.Environments, invite.TokenHash,
            invite.By, now, now + Invitation.Lasts);
        return MemberDecider.Persist(state, new ProjectEvent.Invited(invitation, Forgotten(state, now)));
    }

    public static Decision<ProjectEvent> Accept(ProjectState state, ProjectCommand.AcceptInvitation accept, DateTimeOffset now)
    {
        if (!state.Invitations.TryGetValue(accept.InvitationId, out var invitation)
            || !SameHash(invitation.TokenHash, accept.TokenHash)) return MemberRefusals.InvitationNotFound();
        if (invitation.Status == InvitationStatus.Accepted) return MemberRefusals.InvitationUsed();
        if (invitation.Status == InvitationStatus.Revoked) return MemberRefusals.InvitationRevoked();
        if (!invitation.IsOpenAt(now)) return MemberRefusals.InvitationExpired();
        if (invitation.EmailKey != accept.EmailKey) return MemberRefusals.InvitationForAnother();
        if (state.Members.ContainsKey(accept.UserId)) return MemberRefusals.Exists(accept.UserId);

        return MemberDecider.RefusalOf(state, invitation.Role, invitation.Environments)
            ?? MemberDecider.Persist(state, new ProjectEvent.InvitationAccepted(invitation.Id, accept.UserId, now));
    }

    public static Decision<ProjectEvent> Revoke(ProjectState state, ProjectCommand.RevokeInvitation revoke, DateTimeOffset now) =>
        state.Invitations.GetValueOrDefault(revoke.InvitationId) switch
        {
            null => MemberRefusals.InvitationNotFound(),
            { Status: InvitationStatus.Accepted } => MemberRefusals.InvitationUsed(),
            { Status: InvitationStatus.Revoked } => MemberDecider.Answer(state),
            _ => MemberDecider.Persist(state, new ProjectEvent.InvitationRevoked(revoke.InvitationId, now)),
        };

    /// <summary>Those that were over long ago, and of the others the oldest if there are too many.</summary>
    private static ImmutableArray<Guid> Forgotten(ProjectState state, DateTimeOffset now)
    {
        var surplus = state.Invitations.Count + 1 - MostKept;
        return
        [
            .. state.Invitations.Values.Where(one => !one.IsOpenAt(now))
                .OrderBy(static one => one.ExpiresAt).ThenBy(static one => one.Id)
                .Where((one, i) => i < surplus || one.ExpiresAt + s_remembered <= now)
                .Select(static one => one.Id),
        ];
    }

    private static ImmutableArray<FieldFault> Check(ProjectCommand.Invite invite)
    {
        var faults = new Faults();
        faults.AddUnless(
            invite.EmailKey.Length is > 0 and <= KeyLength && invite.SealedEmail.Length is > 0 and <= SealedLength,
            "email",
            "must be an address");
        return faults.ToImmutable();
    }

    private static bool SameHash(string stored, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(stored), Encoding.UTF8.GetBytes(given));
}
