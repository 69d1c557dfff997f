using System.Collections.Immutable;
using Actors.Dispatch;
using Actors.Runs;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>A waiting run and who gets it; or a backlog that has to be read first.</summary>
internal readonly record struct NextRun(IRunTaker? Taker, WaitingRun? Run, Backlog? Hungry);

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
    private bool _isNews;

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

    public void AddDemand(IRunTaker taker, int demand)
    {
        lock (_gate) _demand.Add(taker, demand);
        Wake();
    }

    /// <summary>One unit of demand for each of these that brought no run.</summary>
    public void GiveBack(IEnumerable<IRunTaker> takers)
    {
        lock (_gate)
        {
            foreach (var taker in takers)
            {
                if (taker.WantsAnother()) _demand.Add(taker, 1);
            }
        }
    }

    /// <returns>The demand that is withdrawn by that.</returns>
    public int Forget(IRunTaker taker)
    {
        lock (_gate) return _demand.Remove(taker);
    }

    public void Offer(WaitingRun run)
    {
        lock (_gate)
        {
            // A shard is shut before it is left: an offer that slips in here is taken out by Leave.
            if (shards.IsOpen(ShardMap.ShardOf(run.RunId))) queue.Offer(run);
            _isNews = true;
        }

        Wake();
    }

    /// <summary>The run is not active any more.</summary>
    public void Release(Guid runId)
    {
        lock (_gate)
        {
            queue.Release(runId);
            _isNews = true;
        }

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
        lock (_gate)
        {
            queue.Refill(backlog, page, isLast);
            _isNews = true;
        }
    }

    /// <summary>The shards are another node's now.</summary>
    public void Leave(IReadOnlyCollection<int> shards)
    {
        lock (_gate) queue.Leave(run => shards.Contains(ShardMap.ShardOf(run)));
    }

    /// <summary>False if nothing can start now; whoever does not wait for more is told so.</summary>
    public bool TryNext(out NextRun next)
    {
        lock (_gate)
        {
            next = queue.TryTakeHungry(out var backlog) ? new NextRun(null, null, backlog) : Match();
            if (next != default) return true;
            _demand.EndImpatient();
            return false;
        }
    }

    /// <summary>Whether workers ask for more than waits here, or runs wait for which no worker asks.</summary>
    public (bool IsIdle, bool HasWork) Look()
    {
        lock (_gate) return (_demand.Total > 0, _demand.Total == 0 && queue.Waiting > 0);
    }

    /// <summary>How many runs wait for which no worker asks, if something about that is new.</summary>
    public int TakeNews()
    {
        lock (_gate)
        {
            var count = _isNews && _demand.Total == 0 ? queue.Waiting : 0;
            _isNews = false;
            return count;
        }
    }

    /// <summary>Not everybody who should have been was told of it: it is news again.</summary>
    public void KeepNews()
    {
        lock (_gate) _isNews = true;
    }

    /// <summary>Takers for runs of another node.</summary>
    public List<IRunTaker> Reserve(int most)
    {
        var takers = new List<IRunTaker>();
        lock (_gate)
        {
            while (takers.Count < most && _demand.Total > 0) takers.Add(_demand.Take());
        }

        return takers;
    }

    /// <summary>Runs for another node, which claims them at once.</summary>
    public ImmutableArray<WaitingRun> Lend(int most)
    {
        var runs = ImmutableArray.CreateBuilder<WaitingRun>();
        lock (_gate)
        {
            while (runs.Count < most && queue.Take() is { } run)
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

    private NextRun Match()
    {
        foreach (var preference in _demand.Preferences)
        {
            if (!preference.Order.IsEmpty && queue.Take() is { } run) return new NextRun(_demand.Take(preference), run, null);
        }

        return default;
    }
}
