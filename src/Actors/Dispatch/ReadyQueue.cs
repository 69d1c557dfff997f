using Actors.Runs;

namespace Actors.Dispatch;

/// <summary>
/// The runs of this node that wait for a worker. A pure data structure with one owner: no clock, no I/O, no locks.
/// Taking costs the same however many runs wait: each backlog has a bounded window in memory, what does not fit stays
/// in the database and is asked for through <see cref="TryTakeHungry"/>. Projects take turns, and inside a project its
/// workflows; people and synchronous webhooks (<see cref="RunQueue.FastLane"/>, <see cref="RunQueue.Manual"/>) go first.
/// </summary>
/// <param name="window">Most waiting runs in memory per backlog.</param>
/// <param name="limits">Concurrency limits of a project and workflow; asked at every take, so changes hold at once.</param>
public sealed class ReadyQueue(int window, Func<Guid, Guid, ConcurrencyLimits> limits)
{
    private static readonly RunQueue[] Order = [RunQueue.FastLane, RunQueue.Manual, RunQueue.Default];
    private readonly Lane[] _lanes = [new(), new(), new()];
    private readonly Dictionary<Backlog, Window> _windows = [];
    private readonly HashSet<Backlog> _hungry = [];
    private readonly Dictionary<Guid, WaitingRun> _active = [];
    private readonly Tally _activeByProject = new();
    private readonly Tally _activeByWorkflow = new();

    /// <summary>Runs in memory that wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>Runs taken and not released.</summary>
    public int Active => _active.Count;

    /// <summary>A run became available. Beyond the window it is only remembered that there are more.</summary>
    public void Offer(WaitingRun run)
    {
        var backlog = Backlog.Of(run);
        var waiting = WindowOf(backlog);
        if (waiting.HasMore)
        {
            waiting.MissedOffer = true;
        }
        else
        {
            Add(backlog, waiting, run);
        }
    }

    /// <summary>There may be runs of this backlog in the database that the queue has not seen.</summary>
    public void ExpectMore(Backlog backlog)
    {
        var waiting = WindowOf(backlog);
        waiting.HasMore = true;
        NoteHunger(backlog, waiting);
    }

    /// <summary>A backlog whose window has room while more of its runs wait in the database. Answer with
    /// <see cref="Refill"/>; an offer that arrives from now on is not lost.</summary>
    public bool TryTakeHungry(out Backlog backlog)
    {
        foreach (var hungry in _hungry)
        {
            backlog = hungry;
            _hungry.Remove(hungry);
            WindowOf(hungry).MissedOffer = false;
            return true;
        }

        backlog = default;
        return false;
    }

    /// <param name="page">The oldest waiting runs of the backlog as the database has them, those in memory included.</param>
    /// <param name="isLastPage">The database has no more than these.</param>
    public void Refill(Backlog backlog, IReadOnlyList<WaitingRun> page, bool isLastPage)
    {
        var waiting = WindowOf(backlog);
        waiting.HasMore = !isLastPage || waiting.MissedOffer;
        foreach (var run in page)
        {
            Add(backlog, waiting, run);
        }

        NoteHunger(backlog, waiting);
    }

    /// <summary>Takes the next run that may start now. It counts as active until <see cref="Release"/>.</summary>
    public WaitingRun? Take()
    {
        foreach (var name in Order)
        {
            var lane = _lanes[(int)name];
            for (var turns = lane.Projects.Count; turns > 0; turns--)
            {
                if (TakeFrom(lane, lane.Projects.Next()) is { } run)
                {
                    return run;
                }
            }
        }

        return null;
    }

    /// <summary>Counts a run as active that was claimed before this queue existed.</summary>
    public void MarkActive(WaitingRun run)
    {
        if (_active.TryAdd(run.RunId, run))
        {
            _activeByWorkflow.Add(run.WorkflowId);
            _activeByProject.Add(run.ProjectId);
        }
    }

    /// <summary>The run is not active any more. Unknown runs are ignored.</summary>
    public void Release(Guid runId)
    {
        if (_active.Remove(runId, out var run))
        {
            _activeByWorkflow.Remove(run.WorkflowId);
            _activeByProject.Remove(run.ProjectId);
        }
    }

    /// <summary>Forgets runs that are another node's now, waiting and active ones.</summary>
    public void Leave(Func<Guid, bool> isLeft)
    {
        foreach (var runId in _active.Keys.Where(isLeft).ToList())
        {
            Release(runId);
        }

        foreach (var (backlog, waiting) in _windows.ToList())
        {
            Leave(backlog, waiting, isLeft);
        }
    }

    private void Leave(Backlog backlog, Window waiting, Func<Guid, bool> isLeft)
    {
        var projectId = waiting.ProjectId;
        var left = waiting.RemoveWhere(isLeft);
        Waiting -= left;
        if (left > 0 && waiting.Count == 0)
        {
            _lanes[(int)backlog.Queue].Remove(projectId, backlog);
        }

        NoteHunger(backlog, waiting);
        if (waiting is { Count: 0, HasMore: false })
        {
            _windows.Remove(backlog);
        }
    }

    private void Add(Backlog backlog, Window waiting, WaitingRun run)
    {
        if (_active.ContainsKey(run.RunId) || waiting.Contains(run.RunId))
        {
            return;
        }

        if (waiting.Count >= window)
        {
            waiting.HasMore = true;
            return;
        }

        waiting.Enqueue(run);
        _lanes[(int)run.Queue].Add(run.ProjectId, backlog);
        Waiting++;
    }

    private WaitingRun? TakeFrom(Lane lane, Guid projectId)
    {
        var backlogs = lane.BacklogsOf(projectId);
        for (var turns = backlogs.Count; turns > 0; turns--)
        {
            var backlog = backlogs.Next();
            if (MayStart(projectId, backlog.WorkflowId))
            {
                return TakeFrom(lane, projectId, backlog);
            }
        }

        return null;
    }

    private WaitingRun TakeFrom(Lane lane, Guid projectId, Backlog backlog)
    {
        var waiting = _windows[backlog];
        var run = waiting.Dequeue();
        Waiting--;
        MarkActive(run);
        NoteHunger(backlog, waiting);
        if (waiting.Count == 0)
        {
            lane.Remove(projectId, backlog);
            if (!waiting.HasMore)
            {
                _windows.Remove(backlog);
            }
        }

        return run;
    }

    private bool MayStart(Guid projectId, Guid workflowId)
    {
        var limit = limits(projectId, workflowId);
        return !(_activeByWorkflow[workflowId] >= limit.Workflow) && !(_activeByProject[projectId] >= limit.Project);
    }

    private void NoteHunger(Backlog backlog, Window waiting)
    {
        if (waiting.HasMore && waiting.Count <= window / 2)
        {
            _hungry.Add(backlog);
        }
    }

    private Window WindowOf(Backlog backlog)
    {
        if (!_windows.TryGetValue(backlog, out var waiting))
        {
            waiting = new Window();
            _windows.Add(backlog, waiting);
        }

        return waiting;
    }
}
