namespace Api.Dispatch;

/// <summary>
/// Finds the runs of this node's shards whose time has come (a failed step is executed again). They wait in the read model
/// alone: no timer is lost with a node, and a node that takes a shard finds what became due before by its adoption.
/// </summary>
internal sealed class DelayedRuns(
    Backlogs backlogs, ReadyRuns ready, TimeProvider time, ILogger<DelayedRuns> logger) : BackgroundService
{
    private const int Most = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>How far back is looked each time: commits and clocks of the cluster may be that late.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
                var now = time.GetUtcNow();
                var due = await backlogs.DueAsync(ready.Shards(), now - Overlap, now, Most, stoppingToken).ConfigureAwait(false);
                if (due.Count > 0)
                {
                    ready.ExpectMore(due);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                DispatchLog.DelayedFailed(logger, e);
            }
        }
    }
}
