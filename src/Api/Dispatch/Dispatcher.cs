using System.Collections.Immutable;
using Actors.Dispatch;
using Actors.Runs;
using Api.Nodes;
using Api.Workers;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>Bounds of dispatch.</summary>
/// <param name="Window">Waiting runs in memory per workflow and priority.</param>
/// <param name="ClaimsInFlight">Claims that may wait for their commit at once.</param>
/// <param name="RetryAfter">Pause before a run is tried again that could not be claimed for want of room.</param>
internal sealed record DispatchSettings(int Window, int ClaimsInFlight, TimeSpan RetryAfter);

/// <param name="Waiting">Runs in memory that wait here.</param>
/// <param name="Active">Runs of this node's shards that are claimed or started, by whichever node's workers.</param>
/// <param name="Demand">Runs that this node's workers ask for.</param>
internal readonly record struct DispatchFigures(int Waiting, int Active, int Demand);

/// <summary>
/// Joins waiting runs with workers that asked for work. See README.md beside this file.
/// </summary>
internal sealed class Dispatcher : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OfferAgain = TimeSpan.FromMilliseconds(100);
    private const int MostBorrowed = 64;
    private readonly Claims _claims;
    private readonly Executions _executions;
    private readonly Backlogs _backlogs;
    private readonly Borrowing _borrowing;
    private readonly ShardGate _shards;
    private readonly DispatchSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<Dispatcher> _logger;
    private readonly ReadyQueue _queue;
    private readonly WorkerDemand _demand = new();
    private readonly Lending _lending;
    private readonly SemaphoreSlim _inFlight;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly IDisposable _subscription;
    private readonly Lock _gate = new();
    private Guid? _lender;
    private long _offered;
    private long _borrowed;
    private bool _isBorrowing;

    public Dispatcher(
        NoticeBoard notices,
        Claims claims,
        Executions executions,
        Backlogs backlogs,
        Borrowing borrowing,
        ShardGate shards,
        Func<Guid, Guid, ConcurrencyLimits> limits,
        DispatchSettings settings,
        TimeProvider time,
        ILogger<Dispatcher> logger)
    {
        _claims = claims;
        _executions = executions;
        _backlogs = backlogs;
        _borrowing = borrowing;
        _shards = shards;
        _settings = settings;
        _time = time;
        _logger = logger;
        _lending = new Lending(time);
        _queue = new ReadyQueue(settings.Window, limits);
        _inFlight = new SemaphoreSlim(settings.ClaimsInFlight);
        _subscription = notices.Subscribe<RunNotice>(Hear);
    }

    public DispatchFigures Figures
    {
        get
        {
            lock (_gate)
            {
                return new DispatchFigures(_queue.Waiting, _queue.Active, _demand.Total);
            }
        }
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

    /// <summary>Attempts of before this node owned their shards.</summary>
    public void MarkActive(IEnumerable<WaitingRun> runs)
    {
        lock (_gate)
        {
            foreach (var run in runs)
            {
                _queue.MarkActive(run);
            }
        }
    }

    /// <summary>Runs of these backlogs wait in the database.</summary>
    public void ExpectMore(IEnumerable<Backlog> backlogs)
    {
        lock (_gate)
        {
            foreach (var backlog in backlogs)
            {
                _queue.ExpectMore(backlog);
            }
        }

        Wake();
    }

    /// <summary>The shards are another node's now.</summary>
    public void Leave(IReadOnlyCollection<int> shards)
    {
        lock (_gate)
        {
            _queue.Leave(run => shards.Contains(ShardMap.ShardOf(run)));
        }
    }

    /// <summary>Runs for another node, which claims them at once.</summary>
    public LentRuns Lend(int most)
    {
        var runs = ImmutableArray.CreateBuilder<WaitingRun>();
        lock (_gate)
        {
            while (runs.Count < Math.Min(most, MostBorrowed) && _queue.Take() is { } run)
            {
                _lending.Add(run);
                runs.Add(run);
            }
        }

        return new LentRuns(runs.DrainToImmutable());
    }

    /// <summary>Another node has more work than workers.</summary>
    public void NoteWork(Guid lender)
    {
        lock (_gate)
        {
            _lender = lender;
        }

        Wake();
    }

    /// <summary>Runs until the node stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            // Everything wakes this loop but a limit that was raised, a loan that nobody used, and work elsewhere of which
            // the news was lost: these are seen within a second.
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
                    _ = ClaimAsync(session!, run!, isOwn: true, stopping);
                }
            }

            TakeBackLoans();
            Balance(stopping);
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
        lock (_gate)
        {
            _lending.Settle(notice);
        }

        switch (notice)
        {
            case RunNotice.Available available:
                Offer(new WaitingRun(
                    available.RunId, available.Plan.ProjectId, available.Plan.WorkflowId, available.Plan.Priority,
                    available.CreatedAt));
                break;
            case RunNotice.Changed { State.IsFinal: true }:
                _executions.Release(notice.RunId);
                Release(notice.RunId);
                break;
            case RunNotice.AttemptRevoked revoked:
                _executions.Release(revoked.RunId, revoked.Attempt)?.Session.Cancel(revoked.RunId, revoked.Attempt);
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

    /// <summary>What was lent and not claimed is looked up again: it may wait, or be over.</summary>
    private void TakeBackLoans()
    {
        lock (_gate)
        {
            foreach (var run in _lending.Expired())
            {
                _queue.Release(run.RunId);
                _queue.ExpectMore(Backlog.Of(run));
            }
        }
    }

    /// <summary>Workers without work here get some from elsewhere; work without workers is offered elsewhere.</summary>
    private void Balance(CancellationToken stopping)
    {
        var isOfferDue = false;
        lock (_gate)
        {
            if (_demand.Total > 0)
            {
                Borrow(stopping);
            }
            else if (_queue.Waiting > 0 && _time.GetElapsedTime(_offered) >= OfferAgain)
            {
                _offered = _time.GetTimestamp();
                isOfferDue = true;
            }
        }

        if (isOfferDue)
        {
            _borrowing.Offer();
        }
    }

    private void Borrow(CancellationToken stopping)
    {
        var isDue = _lender is not null || _time.GetElapsedTime(_borrowed) >= LookAgain;
        if (isDue && !_isBorrowing && (_lender ?? _borrowing.NextLender()) is { } lender)
        {
            _isBorrowing = true;
            _lender = null;
            _borrowed = _time.GetTimestamp();
            _ = BorrowAsync(lender, Reserve(), stopping);
        }
    }

    private List<WorkerSession> Reserve()
    {
        var sessions = new List<WorkerSession>();
        while (sessions.Count < MostBorrowed && _demand.Total > 0)
        {
            sessions.Add(_demand.Take());
        }

        return sessions;
    }

    private async Task BorrowAsync(Guid lender, List<WorkerSession> sessions, CancellationToken stopping)
    {
        var runs = ImmutableArray<WaitingRun>.Empty;
        try
        {
            runs = (await _borrowing.BorrowAsync(lender, sessions.Count, stopping).ConfigureAwait(false)).Runs;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DispatchLog.BorrowFailed(_logger, lender, e);
        }

        lock (_gate)
        {
            _isBorrowing = false;
            foreach (var session in sessions.Skip(runs.Length))
            {
                _demand.Add(session, 1);
            }
        }

        foreach (var (session, run) in sessions.Zip(runs))
        {
            await _inFlight.WaitAsync(stopping).ConfigureAwait(false);
            _ = ClaimAsync(session, run, isOwn: false, stopping);
        }

        if (!runs.IsEmpty)
        {
            NoteWork(lender);
        }
    }

    private async Task RefillAsync(Backlog backlog, CancellationToken cancellationToken)
    {
        var limit = _settings.Window * 2;
        IReadOnlyList<WaitingRun> page = [];
        var isLast = false;
        try
        {
            page = await _backlogs.OldestAsync(_shards.Open, backlog, limit, cancellationToken).ConfigureAwait(false);
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

    private async Task ClaimAsync(WorkerSession session, WaitingRun run, bool isOwn, CancellationToken stopping)
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
                    if (isOwn)
                    {
                        Offer(run);
                    }

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
