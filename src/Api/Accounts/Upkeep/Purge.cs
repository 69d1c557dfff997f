using Actors;
using Actors.Accounts;
using Actors.Projects;
using Actors.Users;
using Actors.Vaults;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Accounts.Upkeep;

/// <summary>
/// Ends what an account had, in an order in which every step can be done again: memberships, credentials, the person with their whole history,
/// and last the account, without which nobody would come back to finish.
/// </summary>
internal sealed class Purge(IEntities entities, MemberQueries members, UpkeepQueries queries, TransferQueries transfers)
{
    /// <returns>False if a step was not done: it is tried again at the next pass.</returns>
    public async Task<bool> PurgeAsync(Guid userId, CancellationToken cancellationToken)
    {
        foreach (var step in (Func<Guid, CancellationToken, Task<bool>>[])[LeaveProjectsAsync, DeleteCredentialsAsync, EraseAsync])
        {
            if (!await step(userId, cancellationToken)) return false;
        }

        return await TellAsync(AccountsBehavior.Entity, new AccountsCommand.Purge(userId), cancellationToken, AccountsRefusals.NotFoundCode);
    }

    /// <summary>An owner stays: somebody has to take the project over first.</summary>
    public async Task<bool> LeaveProjectsAsync(Guid userId, CancellationToken cancellationToken)
    {
        foreach (var membership in await members.OfUserAsync(userId, cancellationToken))
        {
            var project = new EntityRef(EntityTypes.Project, membership.ProjectId);
            var remove = new ProjectCommand.RemoveMember(userId);
            if (!await TellAsync(project, remove, cancellationToken, MemberRefusals.NotFoundCode, ProjectRefusals.NotFoundCode)) return false;
        }

        return true;
    }

    public async Task<bool> DeleteCredentialsAsync(Guid userId, CancellationToken cancellationToken)
    {
        // Between two vaults both are needed: see TRANSFER.md of the vaults.
        if (await transfers.IsUnderWayAsync(userId, cancellationToken)) return false;
        foreach (var credentialId in await queries.CredentialsAsync(userId, cancellationToken))
        {
            var vault = new EntityRef(EntityTypes.Vault, userId);
            if (!await TellAsync(vault, new VaultCommand.Delete(credentialId), cancellationToken, VaultRefusals.NotFoundCode)) return false;
        }

        return true;
    }

    /// <summary>Also of a user who never got an account.</summary>
    public Task<bool> EraseAsync(Guid userId, CancellationToken cancellationToken) =>
        TellAsync(Users.Entity(userId), new UserCommand.Erase(), cancellationToken, UserRefusals.NotFoundCode);

    /// <param name="done">Refusals that say that it was done before.</param>
    private async Task<bool> TellAsync(EntityRef entity, object command, CancellationToken cancellationToken, params string[] done)
    {
        var outcome = await entities.AskAsync(entity, command, cancellationToken);
        return outcome is Outcome.Replied || (outcome is Outcome.Refused { Refusal.Code: var code } && done.Contains(code));
    }
}
