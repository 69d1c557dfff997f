using Actors;
using Actors.Runs;
using Cluster.Entities;
using Cluster.Sharding;
using Cluster;

namespace Api.Workers;

/// <summary>
/// Which attempts of this node's runs are executed somewhere, and until when that is believed. A lease is renewed by the
/// node whose worker executes the attempt, and by every report; when it runs out the attempt is given up, and the run's
/// own rules decide what follows. See README.md beside this file.
/// </summary>
internal sealed class Leases : IDisposable
{
    private readonly IEntities _entities;
    private readonly ShardGate _shards;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private readonly IDisposable _subscription;
    private readonly Dictionary<Guid, Lease> _leases = [];
    private readonly bool[] _known = new bool[ShardMap.ShardCount];
    private readonly Lock _gate = new();

    public Leases(IEntities entities, ShardGate shards, NoticeBoard notices, TimeSpan grace, TimeProvider time)
    {
        _entities = entities;
        _shards = shards;
        _grace = grace;
        _time = time;
        _subscription = notices.Subscribe<RunNotice>(Hear);
    }

    /// <summary>Attempts of before this node owned their shards. Their workers have the grace to be heard of.</summary>
    public void Adopt(IEnumerable<HeldRun> attempts)
    {
        lock (_gate)
        {
            foreach (var (runId, attempt) in attempts)
            {
                // The attempts may have been read before a later one was heard of, and the shard may have left since.
                var isKnown = _leases.TryGetValue(runId, out var lease) && lease.Attempt >= attempt;
                if (!isKnown && _shards.IsOpen(ShardMap.ShardOf(runId))) _leases[runId] = NewLease(attempt);
            }
        }
    }

    /// <summary>From now on an attempt of these shards without a lease is nobody's: all that there were are adopted.</summary>
    public void Adopted(IEnumerable<int> shards)
    {
        lock (_gate)
        {
            foreach (var shard in shards)
            {
                _known[shard] = true;
            }
        }
    }

    /// <summary>The shards are another's now.</summary>
    public void Leave(IReadOnlyCollection<int> shards)
    {
        lock (_gate)
        {
            foreach (var shard in shards)
            {
                _known[shard] = false;
            }

            foreach (var run in _leases.Keys.Where(run => shards.Contains(ShardMap.ShardOf(run))).ToList())
            {
                _leases.Remove(run);
            }
        }
    }

    /// <summary>Workers execute these attempts.</summary>
    /// <returns>The runs of which they should not, because the attempt is over.</returns>
    public IReadOnlyList<Guid> Renew(IReadOnlyCollection<HeldRun> attempts)
    {
        var drop = new List<Guid>();
        lock (_gate)
        {
            foreach (var (runId, attempt) in attempts)
            {
                if (_leases.TryGetValue(runId, out var lease) && lease.Attempt == attempt)
                {
                    _leases[runId] = NewLease(attempt);
                }
                else if (_known[ShardMap.ShardOf(runId)])
                {
                    drop.Add(runId);
                }
            }
        }

        return drop;
    }

    /// <summary>Gives up every attempt whose lease has run out. Repeats until the run says that it is over.</summary>
    /// <returns>Attempts that were given up before: nothing was heard of their end, which may have happened all the same.</returns>
    public IReadOnlyList<HeldRun> Expire()
    {
        List<(HeldRun Run, bool WasGivenUp)> expired;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            expired = [.. _leases.Where(lease => lease.Value.Deadline <= now)
                .Select(lease => (new HeldRun(lease.Key, lease.Value.Attempt), lease.Value.WasGivenUp))];
            foreach (var (run, _) in expired)
            {
                _leases[run.RunId] = NewLease(run.Attempt) with { WasGivenUp = true };
            }
        }

        foreach (var (run, _) in expired)
        {
            _entities.Tell(new EntityRef(EntityTypes.Run, run.RunId), new RunCommand.Abandon(run.Attempt, "worker lost"));
        }

        return [.. expired.Where(static lease => lease.WasGivenUp).Select(static lease => lease.Run)];
    }

    /// <summary>The attempt is known to be over.</summary>
    /// <returns>False if it has no lease (any more).</returns>
    public bool Forget(HeldRun attempt)
    {
        lock (_gate)
        {
            return _leases.TryGetValue(attempt.RunId, out var lease) && lease.Attempt == attempt.Attempt && _leases.Remove(attempt.RunId);
        }
    }

    public void Dispose() => _subscription.Dispose();

    private void Hear(RunNotice notice)
    {
        lock (_gate)
        {
            if (notice is RunNotice.Changed { State: { IsActive: true } state })
            {
                // What a shard that is on its way to another node still commits is for that node to watch. The shard is
                // shut before it is left, so a lease that slips in here is taken out by Leave.
                if (_shards.IsOpen(ShardMap.ShardOf(notice.RunId)))
                {
                    _leases[notice.RunId] = NewLease(state.Attempt);
                }
            }
            else if (notice is RunNotice.Changed or RunNotice.AttemptRevoked)
            {
                _leases.Remove(notice.RunId);
            }
        }
    }

    private Lease NewLease(int attempt) => new(attempt, _time.TimestampAfter(_grace), WasGivenUp: false);

    /// <param name="Deadline">On the monotonic clock: a jump of the node's clock changes nothing.</param>
    /// <param name="WasGivenUp">It ran out before, and nobody has renewed it since.</param>
    private readonly record struct Lease(int Attempt, long Deadline, bool WasGivenUp);
}
