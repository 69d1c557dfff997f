namespace Api.Retention;

/// <summary>Does what retention has to do, in small steps with pauses, for the shards of this node.</summary>
internal sealed partial class RetentionLoop(EndedWell endedWell, TimeProvider time, ILogger<RetentionLoop> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await endedWell.WipeAsync(stoppingToken) > 0) await Task.Delay(s_pause, time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PassFailed(e);
            }
        }
    }

    [LoggerMessage(3250, LogLevel.Error, "Retention could not do its work; trying again")]
    private partial void PassFailed(Exception cause);
}
