using Actors.Accounts;
using Api.ReadModels;
using Cluster.Sharding;

namespace Api.Credentials.Transfers;

/// <summary>
/// Ends transfers that whoever began them did not: a node died between two vaults, or a message was lost. One node does it, the one that
/// owns the register of accounts; whatever is left undone the next pass finds again.
/// </summary>
internal sealed partial class TransferUpkeep(
    TransferQueries queries, Transfers transfers, ShardGate shards, TimeProvider time, ILogger<TransferUpkeep> logger) : BackgroundService
{
    private const int Page = 100;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(15);
    private static readonly int s_shard = ShardMap.ShardOf(AccountsBehavior.Entity.Id);

    /// <summary>One pass over what began by then. Safe beside another one, and beside the requests that began them.</summary>
    public async Task PassAsync(DateTimeOffset begunBy, CancellationToken cancellationToken)
    {
        foreach (var move in await queries.UnfinishedAsync(begunBy, Page, cancellationToken))
        {
            if (await transfers.FinishAsync(move) is { } isReceived) Finished(move.CredentialId, isReceived);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (shards.IsOpen(s_shard)) await PassAsync(time.GetUtcNow() - Transfers.Bound, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PassFailed(e);
            }
        }
    }

    [LoggerMessage(3182, LogLevel.Information, "The transfer of credential {CredentialId} was brought to its end: received = {IsReceived}")]
    private partial void Finished(Guid credentialId, bool isReceived);

    [LoggerMessage(3183, LogLevel.Error, "Transfers of credentials could not be brought to their end; trying again")]
    private partial void PassFailed(Exception cause);
}
