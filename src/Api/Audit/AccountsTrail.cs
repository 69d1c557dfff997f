using Actors.Accounts;
using Actors.Audit;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Audit;

/// <summary>Entries about who exists and may sign in. Never an address: that one changed is all that is said.</summary>
internal sealed class AccountsTrail(AuditRows audit) : ITrail<AccountsState, AccountsEvent>
{
    public void Record(RowBatch rows, in DecisionContext context, AccountsState before, AccountsState after, AccountsEvent @event)
    {
        var (action, id) = @event switch
        {
            AccountsEvent.SetUp setUp => (AuditActions.InstanceSetUp, setUp.UserId),
            AccountsEvent.Created created => (AuditActions.UserCreated, created.UserId),
            AccountsEvent.EmailChanged changed => (AuditActions.UserEmailChanged, changed.UserId),
            AccountsEvent.Promoted promoted => (AuditActions.UserPromoted, promoted.UserId),
            AccountsEvent.Demoted demoted => (AuditActions.UserDemoted, demoted.UserId),
            AccountsEvent.Disabled disabled => (AuditActions.UserDisabled, disabled.UserId),
            AccountsEvent.Enabled enabled => (AuditActions.UserEnabled, enabled.UserId),
            AccountsEvent.LockedStale locked => (AuditActions.UserLockedStale, locked.UserId),
            AccountsEvent.Unlocked unlocked => (AuditActions.UserUnlocked, unlocked.UserId),
            AccountsEvent.DeletionScheduled scheduled => (AuditActions.UserDeletionScheduled, scheduled.UserId),
            AccountsEvent.DeletionCancelled cancelled => (AuditActions.UserDeletionCancelled, cancelled.UserId),
            AccountsEvent.Purged purged => (AuditActions.UserPurged, purged.UserId),
            _ => throw new InvalidOperationException($"{@event.GetType().Name} has no entry."),
        };
        audit.Add(rows, context, new AuditFact(action) { ItemType = "user", ItemId = id, Details = Details(@event) });
    }

    private static string? Details(AccountsEvent @event) => @event switch
    {
        AccountsEvent.Created created => AuditDetails.Of(writer =>
        {
            writer.WriteBoolean("superUser"u8, created.IsSuperUser);
            writer.WriteBoolean("registered"u8, created.IsUnverified);
        }),
        AccountsEvent.DeletionScheduled scheduled => AuditDetails.Of(writer => writer.WriteString("purgeAt"u8, scheduled.PurgeAt)),
        _ => null,
    };
}
