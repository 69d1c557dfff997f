using Api.Hosting;

namespace Api.Intake;

/// <summary>Compares the index with the store now and then: a change made through another node whose news was lost is found.</summary>
internal sealed partial class WorkflowIndexCheck(
    WorkflowIndexLoader loader, NodeSettings settings, TimeProvider time, ILogger<WorkflowIndexCheck> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Store.Type == StoreType.Sqlite) return;
        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await loader.CompareAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                CheckFailed(e);
            }
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "The index of workflows could not be compared with the store")]
    private partial void CheckFailed(Exception cause);
}
