using Api.Hosting;
using Cluster.Journal;

namespace Api.Keys;

/// <summary>Looks for the shares of a sealed node, and ends its sealed life when they are there.</summary>
internal sealed class SealWatch(
    Seal seal, NodeSettings settings, NodeStore store, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SealWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        KeyLog.Sealed(logger, seal.Fault!, (int)s_every.TotalSeconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested && await IsLiftedAsync(stoppingToken))
            {
                KeyLog.Unsealing(logger);
                seal.Lift();
                lifetime.StopApplication();
                return;
            }
        }
    }

    private async Task<bool> IsLiftedAsync(CancellationToken stoppingToken)
    {
        try
        {
            var keys = await NodeKeys.OpenAsync(settings, store, logger, stoppingToken);
            if (keys.Fault is not { } fault) return true;
            if (fault != seal.Fault) KeyLog.Sealed(logger, fault, (int)s_every.TotalSeconds);
            seal.Change(fault);
        }
        catch (JournalUnavailableException e)
        {
            KeyLog.NotAsked(logger, e.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }

        return false;
    }
}
