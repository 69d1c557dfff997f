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
internal sealed class ReadyRuns(ReadyQueue queue, Lending lending, ShardGate shards, TimeProvider time) : IDisposable
{
    /// <summary>So many runs that wait here, of whatever workflows, are kept ready: the next one's turn is far.</summary>
    internal const int MostNear = 1_024;

    private readonly TakenShards _taken = new();
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
    /// <returns>Whether something changed.</returns>
    public Task<bool> ChangedAsync(TimeSpan atMost, CancellationToken cancellationToken) => _wake.WaitAsync(atMost, cancellationToken);

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

    /// <returns>False if many wait before it: its turn is far.</returns>
    public bool Offer(WaitingRun run)
    {
        bool isAwaited, isNear;
        lock (_gate)
        {
            isAwaited = _demand.Total > 0 || !queue.HasWork(QueuePreference.Any);

            // A shard is shut before it is left: an offer that slips in here is taken out by Leave. Before its adoption is
            // through, what waits in it is about to be read.
            isNear = !IsHere(run) || (queue.Offer(run) && queue.Waiting <= MostNear);
            _isNews = true;
        }

        // Where no worker asks, one run that waits is told of; those behind it would wake the loop for nothing.
        if (isAwaited) Wake();
        return isNear;
    }

    /// <summary>Whether the turn of a run that comes now is near.</summary>
    public bool IsNear(Backlog backlog)
    {
        lock (_gate) return queue.Waiting < MostNear && queue.HasRoom(backlog);
    }

    /// <summary>The run is not active any more.</summary>
    public void Release(Guid runId)
    {
        lock (_gate)
        {
            _taken.End(runId);
            queue.Release(runId);
            _isNews = true;
        }

        Wake();
    }

    /// <summary>Counts a run as active that was claimed elsewhere, or past this node's queue.</summary>
    public void MarkActive(WaitingRun run)
    {
        lock (_gate) queue.MarkActive(run);
    }

    /// <summary>A run of this node's shards was claimed: it counts, whoever claimed it and however.</summary>
    public void MarkClaimed(WaitingRun run)
    {
        lock (_gate)
        {
            if (IsHere(run)) queue.MarkActive(run);
        }
    }

    /// <summary>Whether a run that was taken still counts here as active.</summary>
    public bool IsActive(Guid runId)
    {
        lock (_gate) return queue.IsActive(runId);
    }

    /// <summary>Whether a run that was taken is within the limits as they are now.</summary>
    public bool Fits(WaitingRun run)
    {
        lock (_gate) return queue.Fits(run);
    }

    /// <summary>A run that was taken waits after all; its claim may be committed yet.</summary>
    public void PutBack(WaitingRun run)
    {
        lock (_gate)
        {
            if (IsHere(run)) queue.PutBack(run);
        }

        Wake();
    }

    /// <summary>A run that was taken was not admitted: it waits again, for up to a second or until a run of its workflow ends.</summary>
    public void Refuse(WaitingRun run)
    {
        lock (_gate)
        {
            if (IsHere(run)) queue.Refuse(run);
            else queue.Release(run.RunId);
        }
    }

    /// <summary>Counts a run of another node's shard as active, if its limits allow it.</summary>
    public bool TryAdmit(WaitingRun run, in ConcurrencyLimits limits)
    {
        lock (_gate) return queue.TryAdmit(run, limits);
    }

    /// <summary>Limits may have been raised, or are known by now.</summary>
    public void Recheck()
    {
        lock (_gate) queue.Recheck();
        Wake();
    }

    /// <summary>Shards of which nothing is dispatched before <see cref="Finish"/>.</summary>
    public Adoption Begin(IEnumerable<int> taken)
    {
        lock (_gate) return _taken.Begin(taken);
    }

    /// <summary>Attempts of before this node owned their shards.</summary>
    public void MarkActive(Adoption adoption, IEnumerable<WaitingRun> runs)
    {
        lock (_gate)
        {
            foreach (var run in runs.Where(run => _taken.Counts(adoption, run.RunId)))
            {
                adoption.Held.Add(run.RunId);
                queue.MarkActive(run);
            }
        }
    }

    /// <summary>All attempts that were held are counted, and no others: runs of these shards may start.</summary>
    public void Finish(Adoption adoption)
    {
        lock (_gate)
        {
            var adopted = _taken.Finish(adoption, time.GetTimestamp());
            queue.ReleaseWhere(run => adopted.Contains(ShardMap.ShardOf(run)) && !adoption.Held.Contains(run));
        }
    }

    /// <summary>Whether runs of the shard may start here.</summary>
    public bool IsAdopted(int shard)
    {
        lock (_gate) return _taken.IsAdopted(shard);
    }

    /// <summary>Whether the entity's shard is dispatched here.</summary>
    public bool IsHere(Guid id)
    {
        lock (_gate) return _taken.IsAdopted(id);
    }

    /// <summary>Since when runs of the shard may start here; a timestamp. Null if they may not.</summary>
    public long? AdoptedAt(int shard)
    {
        lock (_gate) return _taken.IsAdopted(shard) ? _taken.AdoptedAt(shard) : null;
    }

    /// <summary>The shards whose runs may start here.</summary>
    public IReadOnlyCollection<int> Shards()
    {
        lock (_gate) return _taken.Adopted();
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
            // A shard may have left since the page was read.
            queue.Refill(backlog, [.. page.Where(IsHere)], isLast);
            _isNews = true;
        }
    }

    /// <summary>The shards are another node's now.</summary>
    /// <param name="isLimited">Whether a project and workflow have limits.</param>
    /// <returns>Active runs of these shards that go on counting here, because the home of their limits is here.</returns>
    public IReadOnlyList<WaitingRun> Leave(IReadOnlyCollection<int> left, Func<Guid, Guid, bool> isLimited)
    {
        lock (_gate)
        {
            _taken.Leave(left);
            lending.Leave(IsLeft);
            return queue.Leave(
                IsLeft, run => _taken.IsAdopted(HomeLimits.HomeOf(run.ProjectId)) && isLimited(run.ProjectId, run.WorkflowId));
        }

        bool IsLeft(Guid run) => left.Contains(ShardMap.ShardOf(run));
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
        lock (_gate) return (_demand.Total > 0, _demand.Total == 0 && queue.HasWork(QueuePreference.Any));
    }

    /// <summary>How many runs wait for which no worker asks, if something about that is new.</summary>
    public int TakeNews()
    {
        lock (_gate)
        {
            var count = _isNews && _demand.Total == 0 && queue.HasWork(QueuePreference.Any) ? queue.Waiting : 0;
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

    /// <summary>Runs for another node, which asks for their claims at once.</summary>
    public ImmutableArray<WaitingRun> Lend(int most)
    {
        var runs = ImmutableArray.CreateBuilder<WaitingRun>();
        lock (_gate)
        {
            while (runs.Count < most && shards.IsServing && queue.Take(QueuePreference.Any) is { } run)
            {
                lending.Add(run);
                runs.Add(run);
            }
        }

        return runs.DrainToImmutable();
    }

    /// <summary>The borrower wants a run that was lent to it. Null if it is not lent (any more).</summary>
    public WaitingRun? TakeUpLoan(Guid runId)
    {
        lock (_gate) return lending.TakeUp(runId);
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
            if (queue.Take(preference) is { } run) return new NextRun(_demand.Take(preference), run, null);
        }

        return default;
    }

    private bool IsHere(WaitingRun run) => shards.IsOpen(ShardMap.ShardOf(run.RunId)) && _taken.IsAdopted(run.RunId);
}
