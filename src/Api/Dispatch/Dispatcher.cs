using Actors.Dispatch;
using Actors.Runs;
using Api.Workers;
using Cluster.Entities;

namespace Api.Dispatch;

/// <summary>Bounds of dispatch.</summary>
/// <param name="Window">Waiting runs in memory per workflow and priority.</param>
/// <param name="ClaimsInFlight">Claims that may wait for their commit at once.</param>
/// <param name="RetryAfter">Pause before a run is tried again that could not be claimed for want of room.</param>
internal sealed record DispatchSettings(int Window, int ClaimsInFlight, TimeSpan RetryAfter);

/// <summary>
/// Joins waiting runs with workers that asked for work. See README.md beside this file.
/// </summary>
internal sealed class Dispatcher : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private readonly Claims _claims;
    private readonly Leases _leases;
    private readonly Backlogs _backlogs;
    private readonly DispatchSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<Dispatcher> _logger;
    private readonly ReadyQueue _queue;
    private readonly WorkerDemand _demand = new();
    private readonly SemaphoreSlim _inFlight;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly IDisposable _subscription;
    private readonly Lock _gate = new();

    public Dispatcher(
        NoticeBoard notices,
        Claims claims,
        Leases leases,
        Backlogs backlogs,
        Func<Guid, Guid, ConcurrencyLimits> limits,
        DispatchSettings settings,
        TimeProvider time,
        ILogger<Dispatcher> logger)
    {
        _claims = claims;
        _leases = leases;
        _backlogs = backlogs;
        _settings = settings;
        _time = time;
        _logger = logger;
        _queue = new ReadyQueue(settings.Window, limits);
        _inFlight = new SemaphoreSlim(settings.ClaimsInFlight);
        _subscription = notices.Subscribe<RunNotice>(Hear);
    }

    public void AddDemand(WorkerSession session, int demand)
    {
        lock (_gate)
        {
            _demand.Add(session, demand);
        }

        Wake();
    }

    public void Forget(WorkerSession session)
    {
        lock (_gate)
        {
            _demand.Remove(session);
        }
    }

    /// <summary>Takes over what the database says: held attempts get a lease, backlogs are read when there is room.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        const int Page = 1_000;
        var last = Guid.Empty;
        while (await _backlogs.HeldAsync(last, Page, cancellationToken).ConfigureAwait(false) is { Count: > 0 } held)
        {
            foreach (var run in held)
            {
                _leases.Adopt(run.Id, run.Attempt);
                lock (_gate)
                {
                    _queue.MarkActive(new WaitingRun(run.Id, run.ProjectId, run.WorkflowId, RunPriority.Normal, default));
                }
            }

            last = held[^1].Id;
        }

        var after = default(Backlog);
        while (await _backlogs.WaitingAsync(after, Page, cancellationToken).ConfigureAwait(false) is { Count: > 0 } waiting)
        {
            foreach (var backlog in waiting)
            {
                lock (_gate)
                {
                    _queue.ExpectMore(backlog);
                }
            }

            after = waiting[^1];
        }

        Wake();
    }

    /// <summary>Runs until the node stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            // Everything wakes this loop but a limit that was raised: that is seen within a second.
            await _wake.WaitAsync(LookAgain, stopping).ConfigureAwait(false);
            while (Next(out var session, out var run, out var hungry))
            {
                if (hungry is { } backlog)
                {
                    await RefillAsync(backlog, stopping).ConfigureAwait(false);
                }
                else
                {
                    await _inFlight.WaitAsync(stopping).ConfigureAwait(false);
                    _ = ClaimAsync(session!, run!, stopping);
                }
            }
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _inFlight.Dispose();
        _wake.Dispose();
    }

    /// <summary>A revoked attempt is always heard of before its run is available again, so an offer of a run that counts as
    /// active is a repeat (an entity announces what it waits for whenever it is recovered) and is ignored.</summary>
    private void Hear(RunNotice notice)
    {
        switch (notice)
        {
            case RunNotice.Available available:
                Offer(new WaitingRun(
                    available.RunId, available.Plan.ProjectId, available.Plan.WorkflowId, available.Plan.Priority,
                    available.CreatedAt));
                break;
            case RunNotice.Changed { State.IsFinal: true }:
                _leases.Release(notice.RunId);
                Release(notice.RunId);
                break;
            case RunNotice.AttemptRevoked revoked:
                _leases.Release(revoked.RunId)?.Session?.Cancel(revoked.RunId, revoked.Attempt);
                Release(revoked.RunId);
                break;
        }
    }

    private void Offer(WaitingRun run)
    {
        lock (_gate)
        {
            _queue.Offer(run);
        }

        Wake();
    }

    private void Release(Guid runId)
    {
        lock (_gate)
        {
            _queue.Release(runId);
        }

        Wake();
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke the loop at the same moment.
            }
        }
    }

    private bool Next(out WorkerSession? session, out WaitingRun? run, out Backlog? hungry)
    {
        session = null;
        run = null;
        hungry = null;
        lock (_gate)
        {
            if (_queue.TryTakeHungry(out var backlog))
            {
                hungry = backlog;
                return true;
            }

            if (_demand.Total == 0 || (run = _queue.Take()) is null)
            {
                return false;
            }

            session = _demand.Take();
            return true;
        }
    }

    private async Task RefillAsync(Backlog backlog, CancellationToken cancellationToken)
    {
        var limit = _settings.Window * 2;
        IReadOnlyList<WaitingRun> page = [];
        var isLast = false;
        try
        {
            page = await _backlogs.OldestAsync(backlog, limit, cancellationToken).ConfigureAwait(false);
            isLast = page.Count < limit;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DispatchLog.RefillFailed(_logger, backlog.WorkflowId, e);
            await Task.Delay(_settings.RetryAfter, _time, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _queue.Refill(backlog, page, isLast);
        }
    }

    private async Task ClaimAsync(WorkerSession session, WaitingRun run, CancellationToken stopping)
    {
        try
        {
            switch (await _claims.TakeAsync(session, run.RunId, stopping).ConfigureAwait(false))
            {
                case ClaimEnd.NotWaiting:
                    AddDemand(session, 1);
                    Release(run.RunId);
                    break;
                case ClaimEnd.WaitsAgain:
                    AddDemand(session, 1);
                    Release(run.RunId);
                    Offer(run);
                    break;
                case ClaimEnd.Ended:
                    AddDemand(session, 1);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; what was claimed and not handed over is found again by its lease.
        }
        catch (Exception e)
        {
            DispatchLog.ClaimFailed(_logger, run.RunId, e);
        }
        finally
        {
            _inFlight.Release();
        }
    }
}
