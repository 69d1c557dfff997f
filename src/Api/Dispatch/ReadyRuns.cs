using System.Collections.Immutable;
using Actors.Dispatch;
using Actors.Runs;
using Api.Workers;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>A waiting run and the worker that gets it; or a backlog that has to be read first.</summary>
internal readonly record struct NextRun(WorkerSession? Session, WaitingRun? Run, Backlog? Hungry);

/// <param name="Waiting">Runs in memory that wait here.</param>
/// <param name="Active">Runs of this node's shards that are claimed or started, by whichever node's workers.</param>
/// <param name="Demand">Runs that this node's workers ask for.</param>
internal readonly record struct ReadyFigures(int Waiting, int Active, int Demand);

/// <summary>The runs that wait here and the workers that ask for them, behind one lock, and a signal when they may meet.</summary>
internal sealed class ReadyRuns(ReadyQueue queue, Lending lending, ShardGate shards) : IDisposable
{
    private readonly WorkerDemand _demand = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _gate = new();

    public ReadyFigures Figures
    {
        get
        {
            lock (_gate) return new ReadyFigures(queue.Waiting, queue.Active, _demand.Total);
        }
    }

    /// <summary>Ends when something changed, or after <paramref name="atMost"/>.</summary>
    public Task ChangedAsync(TimeSpan atMost, CancellationToken cancellationToken) => _wake.WaitAsync(atMost, cancellationToken);

    public void Wake()
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

    public void AddDemand(WorkerSession session, int demand)
    {
        lock (_gate) _demand.Add(session, demand);
        Wake();
    }

    /// <summary>Workers that were reserved and got nothing.</summary>
    public void GiveBack(IEnumerable<WorkerSession> sessions)
    {
        lock (_gate)
        {
            foreach (var session in sessions) _demand.Add(session, 1);
        }
    }

    public void Forget(WorkerSession session)
    {
        lock (_gate) _demand.Remove(session);
    }

    public void Offer(WaitingRun run)
    {
        lock (_gate)
        {
            // A shard is shut before it is left: an offer that slips in here is taken out by Leave.
            if (shards.IsOpen(ShardMap.ShardOf(run.RunId))) queue.Offer(run);
        }

        Wake();
    }

    /// <summary>The run is not active any more.</summary>
    public void Release(Guid runId)
    {
        lock (_gate) queue.Release(runId);
        Wake();
    }

    /// <summary>Attempts of before this node owned their shards.</summary>
    public void MarkActive(IEnumerable<WaitingRun> runs)
    {
        lock (_gate)
        {
            foreach (var run in runs) queue.MarkActive(run);
        }
    }

    /// <summary>Runs of these backlogs wait in the database.</summary>
    public void ExpectMore(IEnumerable<Backlog> backlogs)
    {
        lock (_gate)
        {
            foreach (var backlog in backlogs) queue.ExpectMore(backlog);
        }

        Wake();
    }

    public void Refill(Backlog backlog, IReadOnlyList<WaitingRun> page, bool isLast)
    {
        lock (_gate) queue.Refill(backlog, page, isLast);
    }

    /// <summary>The shards are another node's now.</summary>
    public void Leave(IReadOnlyCollection<int> shards)
    {
        lock (_gate) queue.Leave(run => shards.Contains(ShardMap.ShardOf(run)));
    }

    /// <summary>False if nothing can start now.</summary>
    public bool TryNext(out NextRun next)
    {
        lock (_gate)
        {
            next = queue.TryTakeHungry(out var backlog) ? new NextRun(null, null, backlog)
                : _demand.Total > 0 && queue.Take(QueuePreference.Any) is { } run ? new NextRun(_demand.Take(), run, null)
                : default;
            return next != default;
        }
    }

    /// <summary>Whether workers ask for more than waits here, or runs wait for which no worker asks.</summary>
    public (bool IsIdle, bool HasWork) Look()
    {
        lock (_gate) return (_demand.Total > 0, _demand.Total == 0 && queue.Waiting > 0);
    }

    /// <summary>Workers for runs of another node.</summary>
    public List<WorkerSession> Reserve(int most)
    {
        var sessions = new List<WorkerSession>();
        lock (_gate)
        {
            while (sessions.Count < most && _demand.Total > 0) sessions.Add(_demand.Take());
        }

        return sessions;
    }

    /// <summary>Runs for another node, which claims them at once.</summary>
    public ImmutableArray<WaitingRun> Lend(int most)
    {
        var runs = ImmutableArray.CreateBuilder<WaitingRun>();
        lock (_gate)
        {
            while (runs.Count < most && queue.Take(QueuePreference.Any) is { } run)
            {
                lending.Add(run);
                runs.Add(run);
            }
        }

        return runs.DrainToImmutable();
    }

    /// <summary>A run that was lent was claimed, or is over.</summary>
    public void Settle(RunNotice notice)
    {
        lock (_gate) lending.Settle(notice);
    }

    /// <summary>What was lent and not claimed is looked up again: it may wait, or be over.</summary>
    public void TakeBackLoans()
    {
        lock (_gate)
        {
            foreach (var run in lending.Expired())
            {
                queue.Release(run.RunId);
                queue.ExpectMore(Backlog.Of(run));
            }
        }
    }

    public void Dispose() => _wake.Dispose();
}
