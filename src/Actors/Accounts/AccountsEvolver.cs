using System.Diagnostics;

namespace Actors.Accounts;

/// <summary>The one way the register's state changes.</summary>
internal static class AccountsEvolver
{
    public static AccountsState Evolve(AccountsState state, AccountsEvent @event) => @event switch
    {
        AccountsEvent.SetUp setUp => SetUp(state, setUp),
        AccountsEvent.Created created => Created(state, created),
        AccountsEvent.EmailChanged changed => Change(
            state, changed.UserId, account => account with { EmailKey = changed.EmailKey, IsUnverified = false, UpdatedAt = changed.At }),
        AccountsEvent.Promoted promoted => Change(
            state, promoted.UserId, account => account with { IsSuperUser = true, UpdatedAt = promoted.At }),
        AccountsEvent.Demoted demoted => Change(
            state, demoted.UserId, account => account with { IsSuperUser = false, UpdatedAt = demoted.At }),
        AccountsEvent.Disabled disabled => Change(
            state, disabled.UserId, account => account with { IsDisabled = true, UpdatedAt = disabled.At }),
        AccountsEvent.Enabled enabled => Change(
            state, enabled.UserId, account => account with { IsDisabled = false, UpdatedAt = enabled.At }),
        AccountsEvent.LockedStale locked => Change(
            state, locked.UserId, account => account with { IsLocked = true, UpdatedAt = locked.At }),
        AccountsEvent.Unlocked unlocked => Change(
            state, unlocked.UserId, account => account with { IsLocked = false, UpdatedAt = unlocked.At }),
        AccountsEvent.DeletionScheduled scheduled => Change(
            state, scheduled.UserId, account => account with { PurgeAt = scheduled.PurgeAt, UpdatedAt = scheduled.At }),
        AccountsEvent.DeletionCancelled cancelled => Change(
            state, cancelled.UserId, account => account with { PurgeAt = null, UpdatedAt = cancelled.At }),
        AccountsEvent.Purged purged => state with { Accounts = state.Accounts.Remove(purged.UserId) },
        _ => throw new UnreachableException(),
    };

    private static AccountsState SetUp(AccountsState state, AccountsEvent.SetUp setUp)
    {
        Invariant.Holds(!state.IsSetUp && state.Accounts.IsEmpty, "a cluster is set up once, before anybody exists");
        return Add(state, new Account(setUp.UserId, setUp.EmailKey, true, false, null, setUp.At, setUp.At)) with { IsSetUp = true };
    }

    private static AccountsState Created(AccountsState state, AccountsEvent.Created created)
    {
        var account = new Account(created.UserId, created.EmailKey, created.IsSuperUser, false, null, created.At, created.At);
        return Add(state, account with { IsUnverified = created.IsUnverified });
    }

    private static AccountsState Add(AccountsState state, Account account)
    {
        Invariant.Holds(!state.Accounts.ContainsKey(account.Id), "an account is created once");
        return state with { Accounts = state.Accounts.Add(account.Id, account) };
    }

    private static AccountsState Change(AccountsState state, Guid id, Func<Account, Account> change)
    {
        Invariant.Holds(state.Accounts.TryGetValue(id, out var account), "only an account that exists is changed");
        return state with { Accounts = state.Accounts.SetItem(id, change(account!)) };
    }
}
