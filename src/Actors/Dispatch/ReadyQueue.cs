namespace Actors.Dispatch;

/// <summary>
/// The runs of this node that wait for a worker, and those that are active. A pure data structure with one owner: no
/// clock, no I/O, no locks. Taking costs the same however many runs wait, projects share or limits hold up: each backlog
/// has a bounded window in memory, what does not fit stays in the database and is asked for through
/// <see cref="TryTakeHungry"/>; and a project or workflow at its limit is set aside until one of its runs is released.
/// Projects take turns by weight, and inside a project its workflows do.
/// </summary>
/// <param name="window">Most waiting runs in memory per backlog.</param>
/// <param name="limits">Limits and weight by project and workflow. Asked when one of their runs has its turn: a limit that
/// was lowered holds at once, one that was raised as soon as a run is released or at the next <see cref="Recheck"/>.</param>
public sealed class ReadyQueue(int window, Func<Guid, Guid, ConcurrencyLimits> limits)
{
    /// <summary>A lane that was passed over this often in a row while runs of it waited is next, whatever is preferred.</summary>
    public const int MostPassedOver = 16;

    private readonly Lane[] _lanes = [new(), new(), new()];
    private readonly Dictionary<Backlog, Window> _windows = [];
    private readonly HashSet<Backlog> _hungry = [];
    private readonly ActiveRuns _active = new();
    private readonly HashSet<Guid> _doubtful = [];

    /// <summary>Runs in memory that wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>Runs taken and not released.</summary>
    public int Active => _active.Count;

    /// <summary>A run became available. Beyond the window it is only remembered that there are more.</summary>
    /// <returns>Whether it is in memory here, waiting or active: its turn may come soon.</returns>
    public bool Offer(WaitingRun run)
    {
        var backlog = Backlog.Of(run);
        var waiting = WindowOf(backlog);
        if (!waiting.HasMore)
        {
            return Add(backlog, waiting, run);
        }

        waiting.MissedOffer = true;
        return false;
    }

    /// <summary>Whether an <see cref="Offer"/> would take a run into memory now.</summary>
    public bool HasRoom(Backlog backlog) =>
        !_windows.TryGetValue(backlog, out var waiting) || (!waiting.HasMore && waiting.Count < window);

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
        Forget(backlog, waiting);
    }

    /// <summary>Takes the next run that may start now and is of one of these queues. It counts as active until
    /// <see cref="Release"/>.</summary>
    public WaitingRun? Take(QueuePreference preference)
    {
        foreach (var name in preference.Order)
        {
            if (_lanes[(int)name] is { PassedOver: >= MostPassedOver } starving && TakeFrom(starving) is { } run)
            {
                return Passed(preference, starving, run);
            }
        }

        foreach (var name in preference.Order)
        {
            var lane = _lanes[(int)name];
            if (TakeFrom(lane) is { } run)
            {
                return Passed(preference, lane, run);
            }
        }

        return null;
    }

    /// <summary>Whether <see cref="Take"/> is worth a try: a run waits that no limit is known to hold up.</summary>
    public bool HasWork(QueuePreference preference)
    {
        foreach (var name in preference.Order)
        {
            if (_lanes[(int)name].HasWork)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A run that was taken waits after all. Its claim may have ended in doubt and be committed yet, so it goes on
    /// counting as active and is the first to be taken again: what is committed then is known.
    /// </summary>
    public void PutBack(WaitingRun run)
    {
        var inDoubt = _lanes[(int)run.Queue].InDoubt;
        if (!_active.Contains(run.RunId))
        {
            Offer(run);
        }
        else if (!inDoubt.Contains(run))
        {
            _doubtful.Add(run.RunId);
            inDoubt.Enqueue(run);
        }
    }

    /// <summary>A run that was taken may not start at the moment, for a reason the limits do not know: it was surely not
    /// claimed. Its workflow gets no turn until one of its runs is released or <see cref="Recheck"/>.</summary>
    public void Refuse(WaitingRun run)
    {
        Release(run.RunId);
        var backlog = Backlog.Of(run);
        Add(backlog, WindowOf(backlog), run);
        foreach (var name in QueuePreference.Any.Order)
        {
            _lanes[(int)name].Block(run.ProjectId, new Backlog(run.WorkflowId, name));
        }
    }

    /// <summary>Counts a run as active that is none of this queue's, if its limits allow it; or that counts already.</summary>
    /// <param name="limit">They may be others than for the queue's own runs.</param>
    public bool TryAdmit(WaitingRun run, in ConcurrencyLimits limit)
    {
        var isFull = _active.IsProjectFull(run.ProjectId, limit) || _active.IsWorkflowFull(run.WorkflowId, limit);
        if (isFull && !_active.Contains(run.RunId))
        {
            return false;
        }

        _active.Add(run);
        return true;
    }

    /// <summary>Counts a run as active that was claimed before this queue existed, or elsewhere.</summary>
    public void MarkActive(WaitingRun run) => _active.Add(run);

    /// <summary>Whether a run that was taken is within the limits as they are now. What is in doubt has its place.</summary>
    public bool Fits(WaitingRun run)
    {
        var limit = limits(run.ProjectId, run.WorkflowId);
        return _doubtful.Contains(run.RunId) || (_active.Contains(run.RunId) && _active.IsWithin(run, limit));
    }

    public bool IsActive(Guid runId) => _active.Contains(runId);

    /// <summary>The run is not active any more. Unknown runs are ignored.</summary>
    public void Release(Guid runId)
    {
        if (_active.Remove(runId, out var run))
        {
            _doubtful.Remove(runId);
            foreach (var name in QueuePreference.Any.Order)
            {
                _lanes[(int)name].Unblock(run.ProjectId, new Backlog(run.WorkflowId, name));
            }
        }
    }

    /// <summary>Limits may have been raised: whatever they hold up is tried again. Costs a look at each; once a second will do.</summary>
    public void Recheck()
    {
        foreach (var lane in _lanes)
        {
            lane.UnblockAll();
        }
    }

    /// <summary>Forgets runs that are another node's now, waiting and active ones.</summary>
    /// <param name="staysActive">Of the active ones that left: whether it counts here all the same.</param>
    /// <returns>The runs that left and go on counting here.</returns>
    public IReadOnlyList<WaitingRun> Leave(Func<Guid, bool> isLeft, Func<WaitingRun, bool>? staysActive = null)
    {
        var stayed = new List<WaitingRun>();
        foreach (var run in _active.Where(run => isLeft(run.RunId)))
        {
            if (staysActive?.Invoke(run) == true)
            {
                stayed.Add(run);
            }
            else
            {
                Release(run.RunId);
            }
        }

        foreach (var lane in _lanes)
        {
            for (var left = lane.InDoubt.Count; left > 0; left--)
            {
                if (lane.InDoubt.Dequeue() is var run && !isLeft(run.RunId))
                {
                    lane.InDoubt.Enqueue(run);
                }
            }
        }

        foreach (var (backlog, waiting) in _windows.ToList())
        {
            Leave(backlog, waiting, isLeft);
        }

        return stayed;
    }

    /// <summary>Of some active runs it is known now that they are not.</summary>
    public void ReleaseWhere(Func<Guid, bool> isOver)
    {
        foreach (var run in _active.Where(run => isOver(run.RunId)))
        {
            Release(run.RunId);
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
        Forget(backlog, waiting);
    }

    private bool Add(Backlog backlog, Window waiting, WaitingRun run)
    {
        if (_active.Contains(run.RunId) || waiting.Contains(run.RunId))
        {
            return true;
        }

        if (waiting.Count >= window)
        {
            waiting.HasMore = true;
            return false;
        }

        waiting.Enqueue(run);
        _lanes[(int)run.Queue].Add(run.ProjectId, backlog);
        Waiting++;
        return true;
    }

    private WaitingRun Passed(QueuePreference preference, Lane taken, WaitingRun run)
    {
        foreach (var name in preference.Order)
        {
            var lane = _lanes[(int)name];
            lane.PassedOver = lane == taken || !lane.HasWork ? 0 : lane.PassedOver + 1;
        }

        return run;
    }

    private WaitingRun? TakeFrom(Lane lane)
    {
        while (lane.InDoubt.TryDequeue(out var run))
        {
            if (_active.Contains(run.RunId))
            {
                return run;
            }
        }

        while (lane.Turn is { } line)
        {
            if (TakeFrom(lane, line) is { } run)
            {
                return run;
            }
        }

        return null;
    }

    /// <returns>Null if limits hold up all backlogs of the project; then it has no turn any more.</returns>
    private WaitingRun? TakeFrom(Lane lane, Line line)
    {
        while (line.Open.Count > 0)
        {
            var backlog = line.Open.First;
            var limit = limits(line.ProjectId, backlog.WorkflowId);
            if (_active.IsProjectFull(line.ProjectId, limit))
            {
                lane.Block(line);
                return null;
            }

            if (!_active.IsWorkflowFull(backlog.WorkflowId, limit))
            {
                line.Open.Pass();
                lane.CountTurn(line, limit.Weight);
                return Dequeue(lane, line, backlog);
            }

            lane.Block(line, backlog);
        }

        return null;
    }

    private WaitingRun Dequeue(Lane lane, Line line, Backlog backlog)
    {
        var waiting = _windows[backlog];
        var run = waiting.Dequeue();
        Waiting--;
        _active.Add(run);
        NoteHunger(backlog, waiting);
        if (waiting.Count == 0)
        {
            lane.Remove(line.ProjectId, backlog);
            Forget(backlog, waiting);
        }

        return run;
    }

    private void NoteHunger(Backlog backlog, Window waiting)
    {
        if (waiting.HasMore && waiting.Count <= window / 2)
        {
            _hungry.Add(backlog);
        }
    }

    private void Forget(Backlog backlog, Window waiting)
    {
        if (waiting is { Count: 0, HasMore: false })
        {
            _windows.Remove(backlog);
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
