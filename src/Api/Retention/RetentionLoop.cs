using Cluster.Sharding;

namespace Api.Retention;

/// <summary>Does what retention has to do, in small steps with pauses, for the shards of this node.</summary>
internal sealed partial class RetentionLoop(
    EndedWell endedWell, ProjectPurge projects, HistoryPurge history, ShardGate shards, TimeProvider time, ILogger<RetentionLoop> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_historyEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        long? looked = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await endedWell.WipeAsync(stoppingToken) > 0) await Task.Delay(s_pause, time, stoppingToken);
                await projects.PassAsync(stoppingToken);

                // A node that was just started may not own anything yet: a look now would count as one.
                if (shards.Open.IsEmpty || (looked is { } at && time.GetElapsedTime(at) < s_historyEvery)) continue;
                looked = time.GetTimestamp();
                var (removed, wiped) = await history.PassAsync(stoppingToken);
                if (removed > 0 || wiped > 0) HistoryPurged(removed, wiped, time.GetElapsedTime(looked.Value).TotalSeconds);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PassFailed(e);
            }
        }
    }

    [LoggerMessage(3250, LogLevel.Error, "Retention could not do its work; trying again")]
    private partial void PassFailed(Exception cause);

    [LoggerMessage(3252, LogLevel.Information, "History of projects whose period is over: {Rows} rows removed and {Bodies} bodies wiped in {Seconds} s")]
    private partial void HistoryPurged(long rows, long bodies, double seconds);
}
