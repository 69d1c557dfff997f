using Actors.Runs;
using Cluster.Entities;

namespace Api.Dispatch;

/// <summary>
/// Finds the runs of this node's shards whose time has come (a failed step is executed again). They wait in the read model
/// alone: no timer is lost with a node, and a node that takes a shard finds what became due before by its adoption.
/// </summary>
/// <remarks>The database is asked when a time has come that was read there or heard of here, when shards came, and now and then.</remarks>
internal sealed class DelayedRuns(
    Backlogs backlogs, ReadyRuns ready, NoticeBoard notices, TimeProvider time, ILogger<DelayedRuns> logger) : BackgroundService
{
    private const int Most = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unasked = TimeSpan.FromSeconds(10);

    /// <summary>How far back is looked each time: commits and clocks of the cluster may be that late.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private IReadOnlyCollection<int> _shards = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hearing = notices.Subscribe<RunNotice.Changed>(Hear);
        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
                if (IsDue(ready.Shards())) await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                Expect(DateTimeOffset.MinValue);
                DispatchLog.DelayedFailed(logger, e);
            }
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        _shards = ready.Shards();
        lock (_gate) _next = now + Unasked;
        var due = await backlogs.DueAsync(_shards, now - Overlap, now, Most, stoppingToken).ConfigureAwait(false);
        if (due.Count > 0) ready.ExpectMore(due);
        if (await backlogs.NextDueAsync(_shards, now, stoppingToken).ConfigureAwait(false) is { } next) Expect(next);
    }

    private void Hear(RunNotice.Changed notice)
    {
        if (notice.State.NotBefore is { } at) Expect(at);
    }

    private void Expect(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (at < _next) _next = at;
        }
    }

    private bool IsDue(IReadOnlyCollection<int> shards)
    {
        lock (_gate)
        {
            if (time.GetUtcNow() >= _next) return true;
        }

        return !shards.SequenceEqual(_shards);
    }
}
