using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Accounts;

/// <summary>What the register decides.</summary>
internal static class AccountsDecider
{
    public static Decision<AccountsEvent> Decide(AccountsState state, AccountsCommand command, DateTimeOffset now, int maxUsers)
    {
        if (command is AccountsCommand.SetUp setUp) return SetUp(state, setUp, now);
        if (command is AccountsCommand.Create create) return Create(state, create, now, maxUsers);

        var id = IdOf(command);
        if (!state.Accounts.TryGetValue(id, out var account)) return AccountsRefusals.NotFound(id);

        return command switch
        {
            AccountsCommand.Change change => Change(state, account, change, now),
            AccountsCommand.ScheduleDeletion schedule => Schedule(state, account, schedule.Grace, now),
            AccountsCommand.CancelDeletion => Cancel(account, now),
            AccountsCommand.LockStale => Lock(state, account, now),
            AccountsCommand.Unlock => account.IsLocked
                ? Done(new AccountsEvent.Unlocked(id, now))
                : Decision<AccountsEvent>.Answer(AccountsReply.Done.Instance),
            AccountsCommand.Purge => Purge(account, now),
            _ => throw new UnreachableException(),
        };
    }

    private static Guid IdOf(AccountsCommand command) => command switch
    {
        AccountsCommand.Change change => change.UserId,
        AccountsCommand.LockStale stale => stale.UserId,
        AccountsCommand.Unlock unlock => unlock.UserId,
        AccountsCommand.ScheduleDeletion schedule => schedule.UserId,
        AccountsCommand.CancelDeletion cancel => cancel.UserId,
        AccountsCommand.Purge purge => purge.UserId,
        _ => throw new UnreachableException(),
    };

    private static Decision<AccountsEvent> SetUp(AccountsState state, AccountsCommand.SetUp setUp, DateTimeOffset now) =>
        state.IsSetUp ? AccountsRefusals.SetUpDone() : Done(new AccountsEvent.SetUp(setUp.UserId, setUp.EmailKey, now));

    private static Decision<AccountsEvent> Create(
        AccountsState state, AccountsCommand.Create create, DateTimeOffset now, int maxUsers)
    {
        if (!state.IsSetUp) return AccountsRefusals.SetUpFirst();
        if (state.Accounts.ContainsKey(create.UserId)) return AccountsRefusals.Exists(create.UserId);
        if (IsTaken(state, create.UserId, create.EmailKey)) return AccountsRefusals.EmailTaken();
        if (state.Accounts.Count >= maxUsers) return AccountsRefusals.TooMany(maxUsers);
        return Done(new AccountsEvent.Created(create.UserId, create.EmailKey, create.IsSuperUser, now) { IsUnverified = create.IsUnverified });
    }

    private static Decision<AccountsEvent> Change(
        AccountsState state, Account account, AccountsCommand.Change change, DateTimeOffset now)
    {
        if (account.PurgeAt is not null) return AccountsRefusals.Leaving(account.Id);
        if (change.EmailKey is { } key && IsTaken(state, account.Id, key)) return AccountsRefusals.EmailTaken();

        var events = Changes(account, change, now).ToImmutableArray();
        return EndsLastSuperUser(state, events)
            ? AccountsRefusals.LastSuperUser()
            : Decision<AccountsEvent>.Persist(events, AccountsReply.Done.Instance);
    }

    private static IEnumerable<AccountsEvent> Changes(Account account, AccountsCommand.Change change, DateTimeOffset now)
    {
        var id = account.Id;
        if (change.EmailKey is { } key && (key != account.EmailKey || account.IsUnverified)) yield return new AccountsEvent.EmailChanged(id, key, now);
        if (change.IsSuperUser is { } super && super != account.IsSuperUser)
            yield return super ? new AccountsEvent.Promoted(id, now) : new AccountsEvent.Demoted(id, now);
        if (change.IsDisabled is { } disabled && disabled != account.IsDisabled)
            yield return disabled ? new AccountsEvent.Disabled(id, now) : new AccountsEvent.Enabled(id, now);
    }

    /// <summary>Whoever is not active is left as they are: there is nothing to lock.</summary>
    private static Decision<AccountsEvent> Lock(AccountsState state, Account account, DateTimeOffset now)
    {
        if (account.Status != AccountStatus.Active) return Decision<AccountsEvent>.Answer(AccountsReply.Done.Instance);
        var locked = new AccountsEvent.LockedStale(account.Id, now);
        return EndsLastSuperUser(state, [locked]) ? AccountsRefusals.LastSuperUser() : Done(locked);
    }

    private static Decision<AccountsEvent> Schedule(AccountsState state, Account account, TimeSpan grace, DateTimeOffset now)
    {
        if (account.PurgeAt is not null) return Decision<AccountsEvent>.Answer(AccountsReply.Done.Instance);
        var scheduled = new AccountsEvent.DeletionScheduled(account.Id, now + grace, now);
        return EndsLastSuperUser(state, [scheduled]) ? AccountsRefusals.LastSuperUser() : Done(scheduled);
    }

    /// <summary>After the grace it is too late: some of what the account had may be gone already.</summary>
    private static Decision<AccountsEvent> Cancel(Account account, DateTimeOffset now) => account.PurgeAt switch
    {
        null => AccountsRefusals.NotLeaving(account.Id),
        { } at when now >= at => AccountsRefusals.Purging(account.Id),
        _ => Done(new AccountsEvent.DeletionCancelled(account.Id, now)),
    };

    /// <summary>No active super user is purged: only accounts that left are, and the last one cannot leave.</summary>
    private static Decision<AccountsEvent> Purge(Account account, DateTimeOffset now) => account.PurgeAt switch
    {
        null => AccountsRefusals.NotLeaving(account.Id),
        { } at when now < at => AccountsRefusals.Grace(at),
        _ => Done(new AccountsEvent.Purged(account.Id, now)),
    };

    /// <summary>X10: there is always an active super user.</summary>
    private static bool EndsLastSuperUser(AccountsState state, ImmutableArray<AccountsEvent> events) =>
        HasSuperUser(state) && !HasSuperUser(events.Aggregate(state, AccountsEvolver.Evolve));

    private static bool HasSuperUser(AccountsState state) => state.Accounts.Values.Any(static account => account.IsActiveSuperUser);

    private static bool IsTaken(AccountsState state, Guid id, string emailKey) =>
        state.Accounts.Values.Any(other => other.Id != id && other.EmailKey == emailKey);

    private static Decision<AccountsEvent> Done(AccountsEvent @event) =>
        Decision<AccountsEvent>.Persist(@event, AccountsReply.Done.Instance);
}
