using Actors.Projects;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

/// <summary>Rows of a project's members and invitations.</summary>
internal static class MemberRows
{
    public static void Project(RowBatch rows, Guid projectId, ProjectState state, ProjectEvent @event)
    {
        switch (@event)
        {
            case ProjectEvent.Created { OwnerId: { } owner }:
                Save(rows, projectId, state, owner);
                break;
            case ProjectEvent.MemberAdded added:
                Save(rows, projectId, state, added.UserId);
                break;
            case ProjectEvent.MemberChanged changed:
                Save(rows, projectId, state, changed.UserId);
                break;
            case ProjectEvent.PreferencesSet set:
                Save(rows, projectId, state, set.UserId);
                break;
            case ProjectEvent.MemberRemoved removed:
                rows.Delete(MemberTables.Members, projectId, removed.UserId);
                break;
            case ProjectEvent.OwnershipTransferred transferred:
                if (transferred.From is { } from) Save(rows, projectId, state, from);
                Save(rows, projectId, state, transferred.To);
                break;
            case ProjectEvent.Invited invited:
                foreach (var id in invited.Forgotten) rows.Delete(MemberTables.Invitations, id);
                Save(rows, projectId, invited.Invitation);
                break;
            case ProjectEvent.InvitationAccepted accepted:
                rows.Delete(MemberTables.Invitations, accepted.InvitationId);
                Save(rows, projectId, state, accepted.UserId);
                break;
            case ProjectEvent.InvitationRevoked revoked:
                rows.Delete(MemberTables.Invitations, revoked.InvitationId);
                break;
            case ProjectEvent.Resealed:
                foreach (var open in state.Invitations.Values.Where(static one => one.Status == InvitationStatus.Open)) Save(rows, projectId, open);
                break;
            case ProjectEvent.Deleted:
                foreach (var userId in state.Members.Keys) rows.Delete(MemberTables.Members, projectId, userId);
                foreach (var id in state.Invitations.Keys) rows.Delete(MemberTables.Invitations, id);
                break;
        }
    }

    private static void Save(RowBatch rows, Guid projectId, ProjectState state, Guid userId)
    {
        var member = state.Members[userId];
        rows.Upsert(
            MemberTables.Members,
            projectId, userId, Words.Of(member.Role), EnvironmentNames.Write(member.Environments), Words.Of(member.Digest),
            member.FailureAlert, member.Since);
    }

    private static void Save(RowBatch rows, Guid projectId, Invitation invitation) =>
        rows.Upsert(
            MemberTables.Invitations,
            invitation.Id, projectId, invitation.SealedEmail, Words.Of(invitation.Role), EnvironmentNames.Write(invitation.Environments),
            invitation.TokenHash, invitation.InvitedBy, invitation.CreatedAt, invitation.ExpiresAt);
}
