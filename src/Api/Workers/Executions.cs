using Api.Dispatch;
using Api.Workers.Scrubbing;
using Api.Workers.Socket;
using Cluster;

namespace Api.Workers;

/// <summary>Where an attempt is executed, as this node knows it.</summary>
internal interface IRunHolder
{
    WorkerSession Session { get; }

    /// <summary>The attempt is not the worker's any more: it is to be stopped.</summary>
    void Stop(Guid runId, int attempt);

    /// <summary>The attempt has been held for too long; nobody renews it any more.</summary>
    void Expire(Guid runId, int attempt);
}

/// <summary>What a worker of this node executes.</summary>
/// <param name="Until">On the monotonic clock: a worker that holds an attempt for longer hangs.</param>
/// <param name="Scrubber">Null until it is first needed, if the attempt was claimed through another node.</param>
internal sealed record Execution(int Attempt, IRunHolder Holder, long Until, Scrubber? Scrubber)
{
    /// <summary>What was gathered at the claim, until the worker comes for it.</summary>
    public PreparedRun? Prepared { get; init; }
}

/// <summary>The attempts that the workers connected to this node execute, whoever owns the runs.</summary>
internal sealed class Executions(TimeProvider time)
{
    /// <summary>For an attempt that was claimed through another node, whose time-out is not at hand.</summary>
    private static readonly TimeSpan LongestUnknown = TimeSpan.FromHours(24);

    private readonly Dictionary<Guid, Execution> _runs = [];
    private readonly Lock _gate = new();

    /// <param name="scrubber">Null if what has to be scrubbed is looked up when it is needed.</param>
    public void Grant(
        Guid runId, int attempt, IRunHolder holder, TimeSpan longest, Scrubber? scrubber, PreparedRun? prepared = null) =>
        Set(runId, new Execution(attempt, holder, time.TimestampAfter(longest), scrubber) { Prepared = prepared });

    /// <summary>A worker came and says that it executes these.</summary>
    public void Resume(IRunHolder holder, IEnumerable<HeldRun> runs)
    {
        foreach (var (runId, attempt) in runs)
        {
            Set(runId, new Execution(attempt, holder, time.TimestampAfter(LongestUnknown), null));
        }
    }

    /// <summary>The attempt if this very socket's worker executes it.</summary>
    public Execution? Find(WorkerSession session, Guid runId, int attempt)
    {
        lock (_gate)
        {
            return _runs.TryGetValue(runId, out var run) && run.Holder.Session == session && run.Attempt == attempt ? run : null;
        }
    }

    public Execution? Find(Guid runId)
    {
        lock (_gate) return _runs.GetValueOrDefault(runId);
    }

    /// <summary>How many attempts each socket's worker executes.</summary>
    public Dictionary<WorkerSession, int> Counts()
    {
        lock (_gate) return _runs.Values.CountBy(static run => run.Holder.Session).ToDictionary();
    }

    /// <summary>Takes out what that holder has, to be given back.</summary>
    public IReadOnlyList<HeldRun> TakeAll(IRunHolder holder)
    {
        lock (_gate)
        {
            var held = _runs.Where(run => run.Value.Holder == holder).Select(run => new HeldRun(run.Key, run.Value.Attempt)).ToList();
            foreach (var (runId, _) in held) _runs.Remove(runId);
            return held;
        }
    }

    /// <summary>Takes the attempt out if it is still that holder's.</summary>
    public bool Release(IRunHolder holder, Guid runId, int attempt)
    {
        lock (_gate)
        {
            return _runs.TryGetValue(runId, out var run) && run.Holder == holder && run.Attempt == attempt && _runs.Remove(runId);
        }
    }

    /// <summary>Whether this socket's worker executes anything.</summary>
    public bool Any(WorkerSession session)
    {
        lock (_gate)
        {
            return _runs.Values.Any(run => run.Holder.Session == session);
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
            foreach (var run in _runs.Where(run => run.Value.Holder.Session == session).Select(run => run.Key).ToList()) _runs.Remove(run);
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
