using System.Security.Cryptography;
using System.Text;
using Actors;
using Actors.Projects;
using Actors.Vaults;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;

namespace Api.Projects;

/// <summary>Makes, shows and accepts invitations. Addresses are encrypted before they reach the project.</summary>
internal sealed class Invitations(IEntities entities, Sealing sealing, MemberDirectory directory, MemberQueries members, ProjectPeople people, TimeProvider time)
{
    /// <returns>The invitation with its token, which nobody can read again.</returns>
    public async Task<(InvitationView? Made, Problem? Problem)> InviteAsync(
        Guid projectId, Guid by, string email, ProjectRole role, EnvironmentSet? environments, CancellationToken cancellationToken)
    {
        var id = entities.NewLocalId();
        var token = InvitationTokens.Make(projectId, id);
        var blob = sealing.Seal(projectId, id, Encoding.UTF8.GetBytes(email)).Blob;
        var command = new ProjectCommand.Invite(
            id, by, people.EmailKey(email), Convert.ToBase64String(blob.Span), role, environments, InvitationTokens.Hash(token));
        if (await directory.TellAsync(projectId, command, cancellationToken) is { } problem) return (null, problem);
        return await members.FindInvitationAsync(projectId, id, cancellationToken) is { } row
            ? (Show(row) with { Token = token }, null)
            : (null, Problem.Of(ProblemKinds.NotFound));
    }

    public InvitationView Show(InvitationRow row) =>
        new(
            row.Id, Email(row), Words.Parse<ProjectRole>(row.Role), EnvironmentNames.Read(row.Environments)?.Names, row.InvitedBy,
            row.CreatedAt, row.ExpiresAt);

    /// <summary>What a link is about, for a person who has no account yet and makes one to accept it.</summary>
    /// <returns>Null if the token is of no open invitation.</returns>
    public async Task<InvitationView?> OpenAsync(string? token, CancellationToken cancellationToken)
    {
        if (!InvitationTokens.TryRead(token, out var projectId, out var id)) return null;
        return await members.FindInvitationAsync(projectId, id, cancellationToken) is { } row
            && time.GetUtcNow() < row.ExpiresAt
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(row.TokenHash), Encoding.ASCII.GetBytes(InvitationTokens.Hash(token!)))
                ? Show(row)
                : null;
    }

    /// <param name="emailKey">Of the user's own address: the invitation has to be for it.</param>
    public async Task<(JoinedProject? Joined, Problem? Problem)> AcceptAsync(
        string? token, Guid userId, string emailKey, CancellationToken cancellationToken)
    {
        if (!InvitationTokens.TryRead(token, out var projectId, out var id))
            return (null, Problem.Of(ProblemKinds.Invalid, "token", "is not one of an invitation"));

        var command = new ProjectCommand.AcceptInvitation(id, InvitationTokens.Hash(token!), emailKey, userId);
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, cancellationToken);
        if (outcome is not Outcome.Replied) return (null, Problem.Of(outcome));
        return await members.FindAsync(projectId, userId, cancellationToken) is { } row
            ? (new JoinedProject(projectId, Words.Parse<ProjectRole>(row.Role), EnvironmentNames.Read(row.Environments)?.Names), null)
            : (null, Problem.Of(ProblemKinds.NotFound));
    }

    private string Email(InvitationRow row) =>
        Encoding.UTF8.GetString(sealing.Open(row.ProjectId, row.Id, new SealedBody(Convert.FromBase64String(row.SealedEmail))));
}
