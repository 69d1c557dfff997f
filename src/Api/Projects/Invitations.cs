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
        var blob = (await sealing.SealAsync(projectId, projectId, id, Encoding.UTF8.GetBytes(email), cancellationToken)).Blob;
        var command = new ProjectCommand.Invite(
            id, by, people.EmailKey(email), Convert.ToBase64String(blob.Span), role, environments, InvitationTokens.Hash(token));
        if (await directory.TellAsync(projectId, command, cancellationToken) is { } problem) return (null, problem);
        return await members.FindInvitationAsync(projectId, id, cancellationToken) is { } row
            ? ((await ShowAsync(row, cancellationToken)) with { Token = token }, null)
            : (null, Problem.Of(ProblemKinds.NotFound));
    }

    public async ValueTask<InvitationView> ShowAsync(InvitationRow row, CancellationToken cancellationToken) =>
        new(
            row.Id, await EmailAsync(row, cancellationToken), Words.Parse<ProjectRole>(row.Role), EnvironmentNames.Read(row.Environments)?.Names, row.InvitedBy,
            row.CreatedAt, row.ExpiresAt);

    /// <summary>What a link is about, for a person who has no account yet and makes one to accept it.</summary>
    /// <returns>Null if the token is of no open invitation.</returns>
    public async Task<InvitationView?> OpenAsync(string? token, CancellationToken cancellationToken)
    {
        if (!InvitationTokens.TryRead(token, out var projectId, out var id)) return null;
        return await members.FindInvitationAsync(projectId, id, cancellationToken) is { } row
            && time.GetUtcNow() < row.ExpiresAt
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(row.TokenHash), Encoding.ASCII.GetBytes(InvitationTokens.Hash(token!)))
                ? await ShowAsync(row, cancellationToken)
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

    private async ValueTask<string> EmailAsync(InvitationRow row, CancellationToken cancellationToken)
    {
        var sealedEmail = new SealedBody(Convert.FromBase64String(row.SealedEmail));
        return Encoding.UTF8.GetString(await sealing.OpenAsync(row.ProjectId, row.Id, sealedEmail, cancellationToken));
    }
}
