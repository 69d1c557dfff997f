using Actors.Accounts;
using Actors.Vaults;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Credentials;

/// <summary>
/// Destroys deleted credentials whose grace is over (S0-19): the vault forgets its history with it, so that no sealed body is left in the
/// journal. One node does it, the one that owns the register of accounts; whatever is left undone the next pass finds again.
/// </summary>
internal sealed partial class CredentialPurge(
    CredentialQueries queries, IEntities entities, ShardGate shards, TimeProvider time, ILogger<CredentialPurge> logger) : BackgroundService
{
    private const int Page = 100;
    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1);
    private static readonly int s_shard = ShardMap.ShardOf(AccountsBehavior.Entity.Id);

    /// <summary>One pass. Safe beside another one.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        foreach (var due in await queries.PurgeableAsync(time.GetUtcNow(), Page, cancellationToken))
        {
            var outcome = await entities.AskAsync(CredentialVaults.Of(due.VaultId), new VaultCommand.Purge(due.Id), cancellationToken);
            if (outcome is Outcome.Replied) Purged(due.Id);
        }
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

    [LoggerMessage(3180, LogLevel.Information, "Credential {CredentialId} was destroyed: its grace is over")]
    private partial void Purged(Guid credentialId);

    [LoggerMessage(3181, LogLevel.Error, "Deleted credentials could not be destroyed; trying again")]
    private partial void PassFailed(Exception cause);
}
