using Actors.Accounts;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.ReadModels.Projections;

internal sealed class AccountsProjection : IProjection<AccountsState, AccountsEvent>
{
    public void Project(RowBatch rows, in DecisionContext context, AccountsState state, AccountsEvent @event)
    {
        var id = IdOf(@event);
        if (state.Accounts.TryGetValue(id, out var account)) Save(rows, account);
        else rows.Delete(AccountTables.Accounts, id);
    }

    public void Project(RowBatch rows, in DecisionContext context, AccountsState state, Attachment attachment)
    {
    }

    private static Guid IdOf(AccountsEvent @event) => @event switch
    {
        AccountsEvent.SetUp setUp => setUp.UserId,
        AccountsEvent.Created created => created.UserId,
        AccountsEvent.EmailChanged changed => changed.UserId,
        AccountsEvent.Promoted promoted => promoted.UserId,
        AccountsEvent.Demoted demoted => demoted.UserId,
        AccountsEvent.Disabled disabled => disabled.UserId,
        AccountsEvent.Enabled enabled => enabled.UserId,
        AccountsEvent.LockedStale locked => locked.UserId,
        AccountsEvent.Unlocked unlocked => unlocked.UserId,
        AccountsEvent.DeletionScheduled scheduled => scheduled.UserId,
        AccountsEvent.DeletionCancelled cancelled => cancelled.UserId,
        AccountsEvent.Purged purged => purged.UserId,
        _ => throw new InvalidOperationException($"{@event.GetType().Name} changes no account."),
    };

    private static void Save(RowBatch rows, Account account) =>
        rows.Upsert(
            AccountTables.Accounts,
            account.Id, account.EmailKey, account.IsSuperUser, Words.Of(account.Status), account.PurgeAt, account.CreatedAt,
            account.UpdatedAt, account.IsUnverified);
}
