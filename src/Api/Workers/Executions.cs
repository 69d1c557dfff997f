using Cluster;

namespace Api.Workers;

/// <summary>What a worker of this node executes.</summary>
/// <param name="Until">On the monotonic clock: a worker that holds an attempt for longer hangs.</param>
/// <param name="Scrubber">Null until it is first needed, if the attempt was claimed through another node.</param>
internal sealed record Execution(int Attempt, WorkerSession Session, long Until, Scrubber? Scrubber);

/// <summary>The attempts that the workers connected to this node execute, whoever owns the runs.</summary>
internal sealed class Executions(TimeProvider time)
{
    /// <summary>For an attempt that was claimed through another node, whose time-out is not at hand.</summary>
    private static readonly TimeSpan LongestUnknown = TimeSpan.FromHours(24);

    private readonly Dictionary<Guid, Execution> _runs = [];
    private readonly Lock _gate = new();

    public void Grant(Guid runId, int attempt, WorkerSession session, TimeSpan longest, Scrubber scrubber) =>
        Set(runId, new Execution(attempt, session, time.TimestampAfter(longest), scrubber));

    /// <summary>A worker came and says that it executes these.</summary>
    public void Resume(WorkerSession session, IEnumerable<HeldRun> runs)
    {
        foreach (var (runId, attempt) in runs)
        {
            Set(runId, new Execution(attempt, session, time.TimestampAfter(LongestUnknown), null));
        }
    }

    /// <summary>The attempt if this very socket's worker executes it.</summary>
    public Execution? Find(WorkerSession session, Guid runId, int attempt)
    {
        lock (_gate)
        {
            return _runs.TryGetValue(runId, out var run) && run.Session == session && run.Attempt == attempt ? run : null;
        }
    }

    /// <summary>Whether this socket's worker executes anything.</summary>
    public bool Any(WorkerSession session)
    {
        lock (_gate)
        {
            return _runs.Values.Any(run => run.Session == session);
        }
    }

    public void SetScrubber(Guid runId, Execution held, Scrubber scrubber)
    {
        lock (_gate)
        {
            if (_runs.TryGetValue(runId, out var run) && run == held) _runs[runId] = run with { Scrubber = scrubber };
        }
    }

    /// <summary>The attempt is over, and if its worker may not know that yet, the answer says whom to tell.</summary>
    public Execution? Release(Guid runId, int? attempt = null)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(runId, out var run) || (attempt is { } one && run.Attempt != one)) return null;
            _runs.Remove(runId);
            return run;
        }
    }

    /// <summary>The socket is gone. The owners of its runs hear no more of them from here.</summary>
    public void Orphan(WorkerSession session)
    {
        lock (_gate)
        {
            foreach (var run in _runs.Where(run => run.Value.Session == session).Select(run => run.Key).ToList()) _runs.Remove(run);
        }
    }

    public IReadOnlyList<HeldRun> Current()
    {
        lock (_gate)
        {
            return [.. _runs.Select(run => new HeldRun(run.Key, run.Value.Attempt))];
        }
    }

    /// <summary>Takes out the attempts whose time is over: their workers hang.</summary>
    public IReadOnlyList<KeyValuePair<Guid, Execution>> TakeOverdue()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var overdue = _runs.Where(run => run.Value.Until <= now).ToList();
            foreach (var run in overdue) _runs.Remove(run.Key);
            return overdue;
        }
    }

    private void Set(Guid runId, Execution run)
    {
        lock (_gate)
        {
            _runs[runId] = run;
        }
    }
}
