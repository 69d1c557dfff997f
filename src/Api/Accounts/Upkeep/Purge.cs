using Actors;
using Actors.Accounts;
using Actors.Audit;
using Actors.Projects;
using Actors.Users;
using Actors.Vaults;
using Api.Credentials;
using Api.Credentials.OAuth;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Accounts.Upkeep;

/// <summary>
/// Ends what an account had, in an order in which every step can be done again: memberships, credentials, the person with their whole history,
/// their key, and last the account, without which nobody would come back to finish.
/// </summary>
internal sealed class Purge(
    IEntities entities, MemberQueries members, UpkeepQueries queries, TransferQueries transfers, TokenRevocation revocation, DataKeys keys, IRowUpkeep rows)
{
    /// <returns>False if a step was not done: it is tried again at the next pass.</returns>
    public async Task<bool> PurgeAsync(Guid userId, CancellationToken cancellationToken)
    {
        foreach (var step in (Func<Guid, CancellationToken, Task<bool>>[])[LeaveProjectsAsync, DeleteCredentialsAsync, EraseAsync, DestroyKeyAsync])
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

    /// <summary>Runs that need them fail from then on with <c>credential_deleted</c>. Their OAuth tokens are revoked while they can be read.</summary>
    public async Task<bool> DeleteCredentialsAsync(Guid userId, CancellationToken cancellationToken)
    {
        // Between two vaults both are needed: see TRANSFER.md of the vaults.
        if (await transfers.IsUnderWayAsync(userId, cancellationToken)) return false;
        foreach (var credentialId in await queries.CredentialsAsync(userId, cancellationToken))
        {
            var outcome = await entities.AskAsync(CredentialVaults.Of(userId), new VaultCommand.Delete(credentialId), cancellationToken);
            if (outcome is Outcome.Replied { Reply: VaultReply.Fetched { Credential: var before } })
                await revocation.RevokeAsync(userId, before, AuditActor.System, CancellationToken.None);
            if (!IsDone(outcome, VaultRefusals.NotFoundCode)) return false;
        }

        return true;
    }

    /// <summary>Also of a user who never got an account.</summary>
    public Task<bool> EraseAsync(Guid userId, CancellationToken cancellationToken) =>
        TellAsync(Users.Entity(userId), new UserCommand.Erase(), cancellationToken, UserRefusals.NotFoundCode);

    /// <summary>Of a user who is erased: ends the vault, and with the key whatever is left of either anywhere, in backups too (X5). A user without
    /// an account may have stored something under it as well.</summary>
    public async Task<bool> DestroyKeyAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (!await TellAsync(CredentialVaults.Of(userId), new VaultCommand.Erase(), cancellationToken)) return false;
        await keys.DestroyAsync(userId, cancellationToken);
        await rows.ChangeAsync([new UpkeepStatement("delete from erased_users where user_id = @userId", new { userId })], cancellationToken);
        return true;
    }

    /// <param name="done">Refusals that say that it was done before.</param>
    private async Task<bool> TellAsync(EntityRef entity, object command, CancellationToken cancellationToken, params string[] done) =>
        IsDone(await entities.AskAsync(entity, command, cancellationToken), done);

    private static bool IsDone(Outcome outcome, params string[] done) =>
        outcome is Outcome.Replied || (outcome is Outcome.Refused { Refusal.Code: var code } && done.Contains(code));
}
