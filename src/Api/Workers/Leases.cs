using System.Diagnostics.CodeAnalysis;
using Actors;
using Actors.Runs;
using Cluster.Entities;

namespace Api.Workers;

/// <summary>What a worker holds of a run: the attempt is the term of the lease.</summary>
/// <param name="Session">Null while the worker is not connected.</param>
/// <param name="Longest">How long the lease may last while its worker is connected.</param>
/// <param name="Deadline">On the monotonic clock: a jump of the node's clock changes nothing.</param>
internal sealed record Lease(Guid RunId, int Attempt, WorkerSession? Session, TimeSpan Longest, long Deadline, Scrubber? Scrubber);

/// <summary>
/// Who executes what on this node. A lease lives as long as its worker's socket, then for the grace; an expired lease
/// gives the attempt up, and the run's own rules decide what follows. See README.md beside this file.
/// </summary>
internal sealed class Leases(IEntities entities, TimeSpan grace, TimeProvider time)
{
    /// <summary>For attempts of before this node started, whose time-out is not at hand.</summary>
    private static readonly TimeSpan LongestUnknown = TimeSpan.FromHours(24);

    private readonly Dictionary<Guid, Lease> _leases = [];
    private readonly Lock _gate = new();

    public void Grant(Guid runId, int attempt, WorkerSession session, TimeSpan longest, Scrubber scrubber)
    {
        lock (_gate)
        {
            _leases[runId] = new Lease(runId, attempt, session, longest, In(longest), scrubber);
        }
    }

    /// <summary>A claim from before this node started: its worker has the grace to come back.</summary>
    public void Adopt(Guid runId, int attempt)
    {
        lock (_gate)
        {
            _leases.TryAdd(runId, new Lease(runId, attempt, null, LongestUnknown, In(grace), null));
        }
    }

    /// <summary>Nobody executes the attempt. It is abandoned at the next look, and again until the run has taken it.</summary>
    public void GiveUp(Guid runId, int attempt)
    {
        lock (_gate)
        {
            _leases[runId] = new Lease(runId, attempt, null, TimeSpan.Zero, In(TimeSpan.Zero), null);
        }
    }

    public bool TryGet(Guid runId, [NotNullWhen(true)] out Lease? lease)
    {
        lock (_gate)
        {
            return _leases.TryGetValue(runId, out lease);
        }
    }

    /// <summary>Whether this very socket's worker executes this very attempt.</summary>
    public bool IsHeld(WorkerSession session, Guid runId, int attempt) =>
        TryGet(runId, out var lease) && lease.Session == session && lease.Attempt == attempt;

    /// <summary>Whether this socket's worker executes anything.</summary>
    public bool Any(WorkerSession session)
    {
        lock (_gate)
        {
            return _leases.Values.Any(lease => lease.Session == session);
        }
    }

    /// <summary>The scrubber of a lease that was adopted is made when it is first needed.</summary>
    public void SetScrubber(Guid runId, int attempt, Scrubber scrubber)
    {
        lock (_gate)
        {
            if (_leases.TryGetValue(runId, out var lease) && lease.Attempt == attempt)
            {
                _leases[runId] = lease with { Scrubber = scrubber };
            }
        }
    }

    public Lease? Release(Guid runId)
    {
        lock (_gate)
        {
            return _leases.Remove(runId, out var lease) ? lease : null;
        }
    }

    /// <summary>A worker came back holding these runs. Answers which of them are not its any more.</summary>
    public IReadOnlyList<Guid> Resume(WorkerSession session, IReadOnlyList<HeldRun> held)
    {
        var drop = new List<Guid>();
        lock (_gate)
        {
            foreach (var run in held)
            {
                if (_leases.TryGetValue(run.RunId, out var lease) && lease.Attempt == run.Attempt)
                {
                    _leases[run.RunId] = lease with { Session = session, Deadline = In(lease.Longest) };
                }
                else
                {
                    drop.Add(run.RunId);
                }
            }
        }

        return drop;
    }

    /// <summary>The socket is gone: its runs have the grace.</summary>
    public void Orphan(WorkerSession session)
    {
        lock (_gate)
        {
            foreach (var lease in _leases.Values.Where(lease => lease.Session == session).ToList())
            {
                _leases[lease.RunId] = lease with { Session = null, Deadline = In(grace) };
            }
        }
    }

    /// <summary>Gives up every attempt whose lease has run out. Repeats until the run says that it is over.</summary>
    public void Expire()
    {
        List<Lease> expired;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            expired = [.. _leases.Values.Where(lease => lease.Deadline <= now)];
            foreach (var lease in expired)
            {
                _leases[lease.RunId] = lease with { Deadline = In(grace) };
            }
        }

        foreach (var lease in expired)
        {
            lease.Session?.Cancel(lease.RunId, lease.Attempt);
            entities.Tell(
                new EntityRef(EntityTypes.Run, lease.RunId),
                new RunCommand.Abandon(lease.Attempt, lease.Session is null ? "worker lost" : "lease expired"));
        }
    }

    private long In(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
}
