using Actors;
using Actors.Projects;
using Actors.Vaults;
using Api.Credentials;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Projects;

/// <summary>Tells projects about their members, and shows these as the people they are.</summary>
internal sealed class MemberDirectory(IEntities entities, MemberQueries members, CredentialQueries credentials, ProjectPeople people)
{
    /// <returns>Null if it is done.</returns>
    public async Task<Problem?> TellAsync(Guid projectId, ProjectCommand command, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, cancellationToken);
        return outcome is Outcome.Replied ? null : Problem.Of(outcome);
    }

    /// <summary>Whoever goes takes their credentials along (S1-20): the project's runs find them no longer.</summary>
    /// <returns>Null if it is done; also why a credential stayed, when the member is gone already.</returns>
    public async Task<Problem?> RemoveAsync(Guid projectId, Guid userId, CancellationToken cancellationToken)
    {
        if (await TellAsync(projectId, new ProjectCommand.RemoveMember(userId), cancellationToken) is { } problem) return problem;
        foreach (var credential in await credentials.GrantedByAsync(userId, projectId, CancellationToken.None))
        {
            var outcome = await entities.AskAsync(
                CredentialVaults.Of(userId), new VaultCommand.Withdraw(credential, projectId), CancellationToken.None);
            if (outcome is not (Outcome.Replied or Outcome.Refused) || outcome is Outcome.Refused { Refusal.Code: VaultRefusals.TransferringCode })
                return Problem.Of(outcome);
        }

        return null;
    }

    /// <returns>Null if the user is no member.</returns>
    public async Task<MemberView?> FindAsync(Guid projectId, Guid userId, CancellationToken cancellationToken) =>
        await members.FindAsync(projectId, userId, cancellationToken) is { } row
            ? await ShowAsync(row, cancellationToken)
            : null;

    public async ValueTask<MemberView> ShowAsync(MemberRow row, CancellationToken cancellationToken) =>
        MemberView.Of(row, await people.ShowAsync(row, cancellationToken));
}
