using Actors;
using Actors.Dispatch;
using Actors.Runs;
using Api.Workers;
using Api.Workers.OpenFn;
using Cluster.Entities;

namespace Api.Dispatch;

/// <summary>Bounds of dispatch.</summary>
/// <param name="Window">Waiting runs in memory per workflow and queue.</param>
/// <param name="ClaimsInFlight">Claims that may wait for their commit at once.</param>
/// <param name="RetryAfter">Pause before a run is tried again that could not be claimed for want of room.</param>
internal sealed record DispatchSettings(int Window, int ClaimsInFlight, TimeSpan RetryAfter);

/// <summary>Joins waiting runs with workers that asked for work. See README.md beside this file.</summary>
internal sealed class Dispatcher : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private readonly ReadyRuns _ready;
    private readonly Claims _claims;
    private readonly OwnClaims _own;
    private readonly Loans _loans;
    private readonly Admissions _admissions;
    private readonly Executions _executions;
    private readonly Backlogs _backlogs;
    private readonly Borrowing _borrowing;
    private readonly WorkNews _news;
    private readonly IEntities _entities;
    private readonly DispatchSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<Dispatcher> _logger;
    private readonly SemaphoreSlim _inFlight;
    private readonly IDisposable _subscription;
    private long _rechecked;

    public Dispatcher(
        NoticeBoard notices,
        ReadyRuns ready,
        Claims claims,
        OwnClaims own,
        Loans loans,
        Admissions admissions,
        Executions executions,
        Backlogs backlogs,
        Borrowing borrowing,
        WorkNews news,
        IEntities entities,
        DispatchSettings settings,
        TimeProvider time,
        ILogger<Dispatcher> logger)
    {
        _ready = ready;
        _claims = claims;
        _own = own;
        _loans = loans;
        _admissions = admissions;
        _executions = executions;
        _backlogs = backlogs;
        _borrowing = borrowing;
        _news = news;
        _entities = entities;
        _settings = settings;
        _time = time;
        _logger = logger;
        _inFlight = new SemaphoreSlim(settings.ClaimsInFlight);
        _subscription = notices.Subscribe<RunNotice>(Hear);
    }

    /// <summary>Runs until the node stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            // Everything wakes this loop but a limit that was raised, a loan that nobody used, and work elsewhere of which
            // the news was lost: these are seen within a second.
            await _ready.ChangedAsync(LookAgain, stopping).ConfigureAwait(false);
            while (_ready.TryNext(out var next))
            {
                if (next.Hungry is { } backlog)
                {
                    await RefillAsync(backlog, stopping).ConfigureAwait(false);
                }
                else
                {
                    await StartAsync(next.Taker!, next.Run!, lender: null, stopping).ConfigureAwait(false);
                }
            }

            _ready.TakeBackLoans();
            RecheckLimits();
            _borrowing.Balance((taker, run, lender) => StartAsync(taker, run, lender, stopping), stopping);
            TellOfWork();
        }
    }

    private void TellOfWork()
    {
        var waiting = _ready.TakeNews();
        if (!_news.Tell(waiting + (_borrowing.KnowsOfWork ? 1 : 0)) && waiting > 0) _ready.KeepNews();
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _inFlight.Dispose();
    }

    /// <summary>A revoked attempt is always heard of before its run is available again, so an offer of a run that counts as
    /// active is a repeat (an entity announces what it waits for whenever it is recovered) and is ignored.</summary>
    private void Hear(RunNotice notice)
    {
        _ready.Settle(notice);
        switch (notice)
        {
            case RunNotice.Available available:
                Offer(new WaitingRun(
                    available.RunId, available.Plan.ProjectId, available.Plan.WorkflowId, available.Plan.Queue,
                    available.CreatedAt));
                break;
            case RunNotice.Changed { State: { Status: RunStatus.Claimed, Plan: { } plan } claimed }:
                _ready.MarkClaimed(new WaitingRun(notice.RunId, plan.ProjectId, plan.WorkflowId, plan.Queue, claimed.CreatedAt));
                break;
            case RunNotice.Changed { State.IsFinal: true }:
                _executions.Release(notice.RunId);
                _ready.Release(notice.RunId);
                _admissions.Hear(notice);
                _entities.LetGo(new EntityRef(EntityTypes.Run, notice.RunId));
                break;
            case RunNotice.AttemptEnded ended:
                _executions.Release(ended.RunId, ended.Attempt);
                _ready.Release(ended.RunId);
                _admissions.Hear(notice);
                break;
            case RunNotice.AttemptRevoked revoked:
                _executions.Release(revoked.RunId, revoked.Attempt)?.Holder.Stop(revoked.RunId, revoked.Attempt);
                _ready.Release(revoked.RunId);
                _admissions.Hear(notice);
                break;
        }
    }

    // Behind many others it is not worth its memory: whoever claims it reads it back, as after any long wait.
    private void Offer(WaitingRun run)
    {
        if (!_ready.Offer(run)) _entities.LetGo(new EntityRef(EntityTypes.Run, run.RunId));
    }

    private void RecheckLimits()
    {
        if (_time.GetElapsedTime(_rechecked) >= LookAgain)
        {
            _rechecked = _time.GetTimestamp();
            _ready.Recheck();
        }
    }

    private async Task RefillAsync(Backlog backlog, CancellationToken cancellationToken)
    {
        var limit = _settings.Window * 2;
        IReadOnlyList<WaitingRun> page = [];
        var isLast = false;
        try
        {
            page = await _backlogs.OldestAsync(_ready.Shards(), backlog, _time.GetUtcNow(), limit, cancellationToken).ConfigureAwait(false);
            isLast = page.Count < limit;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            DispatchLog.RefillFailed(_logger, backlog.WorkflowId, e);
            await Task.Delay(_settings.RetryAfter, _time, cancellationToken).ConfigureAwait(false);
        }

        _ready.Refill(backlog, page, isLast);
    }

    /// <summary>Ends when the claim is on its way.</summary>
    /// <param name="lender">The node that lent the run; null if it is of this node's queue.</param>
    private async Task StartAsync(IRunTaker taker, WaitingRun run, Guid? lender, CancellationToken stopping)
    {
        await _inFlight.WaitAsync(stopping).ConfigureAwait(false);
        _ = ClaimAsync(taker, run, lender, stopping);
    }

    private async Task ClaimAsync(IRunTaker taker, WaitingRun run, Guid? lender, CancellationToken stopping)
    {
        var end = ClaimEnd.Ended;
        try
        {
            end = await _claims.TakeAsync(taker, run.RunId, Claim, stopping).ConfigureAwait(false);
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
            if (end != ClaimEnd.HandedOver) _ready.GiveBack([taker]);
            if (end != ClaimEnd.HandedOver || !taker.CanWait) _ready.Wake();
        }

        Task<Outcome> Claim(string worker) => lender is { } node
            ? _loans.ClaimAsync(node, run.RunId, worker, stopping)
            : _own.ClaimAsync(run, worker, stopping);
    }
}
