using Api.Dispatch;

namespace Api.Workers;

/// <summary>Looks after the leases twice a second.</summary>
internal sealed class LeaseKeeper(Leases leases, TimeProvider time, ILogger<LeaseKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
                leases.Expire();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                DispatchLog.LeaseCheckFailed(logger, e);
            }
        }
    }
}
