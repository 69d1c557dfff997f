using Actors.Accounts;
using Api.Instance;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Accounts.Upkeep;

/// <summary>
/// What time does to accounts: purges those whose grace is over, locks those that nobody uses (S0-33), erases users who never got an
/// account, and destroys the keys of who was erased. Only the node that owns the register does it; whatever is left undone the next pass finds again.
/// </summary>
internal sealed partial class AccountUpkeep(
    UpkeepQueries queries, Purge purge, Users users, InstancePolicy policy, ShardGate shards, TimeProvider time,
    ILogger<AccountUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);

    /// <summary>Making a user takes seconds: who has no account by now has none for ever.</summary>
    private static readonly TimeSpan s_orphaned = TimeSpan.FromHours(1);
    private static readonly int s_shard = ShardMap.ShardOf(AccountsBehavior.Entity.Id);

    /// <summary>One pass. Safe beside another one: every step is a command that can be repeated.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var userId in await queries.PurgeableAsync(now, cancellationToken))
        {
            if (await purge.PurgeAsync(userId, cancellationToken)) Purged(userId);
            else NotPurged(userId);
        }

        foreach (var userId in await queries.OrphansAsync(now - s_orphaned, cancellationToken))
            await purge.EraseAsync(userId, cancellationToken);

        foreach (var userId in await queries.ErasedAsync(cancellationToken))
            await purge.DestroyKeyAsync(userId, cancellationToken);

        await LockStaleAsync(now, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (shards.IsOpen(s_shard)) await PassAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PassFailed(e);
            }
        }
    }

    private async Task LockStaleAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var days = (await policy.SettingsAsync(cancellationToken)).StaleAccountDays;
        if (days == 0) return;

        foreach (var userId in await queries.StaleAsync(now - TimeSpan.FromDays(days), now, cancellationToken))
        {
            if (await users.AskRegisterAsync(new AccountsCommand.LockStale(userId), cancellationToken) is Outcome.Replied) Locked(userId);
        }
    }

    [LoggerMessage(3170, LogLevel.Information, "User {UserId} was purged")]
    private partial void Purged(Guid userId);

    [LoggerMessage(3171, LogLevel.Warning, "User {UserId} could not be purged yet; it is tried again. Do they own a project?")]
    private partial void NotPurged(Guid userId);

    [LoggerMessage(3172, LogLevel.Information, "User {UserId} was locked: nobody has used the account for long")]
    private partial void Locked(Guid userId);

    [LoggerMessage(3173, LogLevel.Error, "Accounts could not be looked after; trying again")]
    private partial void PassFailed(Exception cause);
}
