using Api.Intake;

namespace Api.Schedules;

/// <summary>Fires what is due, for the triggers of this node's shards. See README.md beside this file.</summary>
internal sealed partial class ScheduleRunner(
    ScheduleSet schedules, TickFiring firing, WorkflowIndexLoader definitions, TimeProvider time, ILogger<ScheduleRunner> logger)
    : BackgroundService
{
    /// <summary>Triggers that are fired at once, and that are taken at once.</summary>
    private const int AtOnce = 32;
    private const int Batch = 256;

    /// <summary>The clock may be set at any moment: it is looked at so often.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await schedules.ChangedAsync(Pause(), stoppingToken);
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                RoundFailed(e);
                await Task.Delay(RetryAfter, stoppingToken);
            }
        }
    }

    /// <summary>Takes over what was changed and fires what is due, of many triggers a part.</summary>
    internal async Task RoundAsync(CancellationToken stopping)
    {
        await schedules.RefreshAsync(stopping);
        await FireDueAsync(stopping);
    }

    private TimeSpan Pause()
    {
        var left = schedules.Next - time.GetUtcNow() ?? LookAgain;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < LookAgain ? left : LookAgain;
    }

    private async Task FireDueAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var due = schedules.TakeDue(now, Batch);
        var bounds = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        var isDone = new bool[due.Count];
        await Parallel.ForAsync(0, due.Count, bounds, async (i, _) => isDone[i] = await TryFireAsync(due[i], now, stopping));
        for (var i = 0; i < due.Count; i++) schedules.PutBack(due[i], isDone[i] ? null : now + RetryAfter);
    }

    /// <returns>False if it has to be tried again.</returns>
    private async Task<bool> TryFireAsync(ScheduledTrigger trigger, DateTimeOffset now, CancellationToken stopping)
    {
        try
        {
            return await FireAsync(trigger, now, stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            NotFired(trigger.Workflow.WorkflowId, e);
            return false;
        }
    }

    /// <summary>One tick after the other, so that the last one that is stored tells that all before it are.</summary>
    private async Task<bool> FireAsync(ScheduledTrigger trigger, DateTimeOffset now, CancellationToken stopping)
    {
        var workflow = trigger.Workflow;
        foreach (var tick in trigger.Due(now))
        {
            // The shard is another node's by now, which fires the tick: the set is about to be read again.
            if (!schedules.IsOwn(workflow)) return false;

            switch (await firing.FireAsync(workflow, tick, stopping))
            {
                case FireResult.Outdated:
                    await definitions.RefreshAsync(workflow.ProjectId, workflow.WorkflowId);
                    return false;
                case FireResult.NotTaken:
                    return false;
            }

            trigger.Fired(tick);
        }

        trigger.Done(now);
        return true;
    }

    [LoggerMessage(3112, LogLevel.Warning, "Schedules could not be read or fired; they are tried again")]
    private partial void RoundFailed(Exception cause);

    [LoggerMessage(3113, LogLevel.Warning, "The schedule of workflow {WorkflowId} could not be fired; it is tried again")]
    private partial void NotFired(Guid workflowId, Exception cause);
}
