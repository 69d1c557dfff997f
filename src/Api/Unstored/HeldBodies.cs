using Actors.Runs;
using Cluster.Sharding;

namespace Api.Unstored;

/// <summary>
/// Bodies of runs that store none (S0-03): in the memory of the node that owns the run, and nowhere else. Bounded in bytes for the node and
/// for each project, because nothing here may make room for another: what is full refuses.
/// </summary>
internal sealed class HeldBodies(UnstoredSettings bounds, TimeProvider time)
{
    /// <summary>What a body costs beside its bytes, about.</summary>
    private const int Overhead = 256;

    private readonly Dictionary<Guid, HeldRun> _runs = [];
    private readonly Dictionary<Guid, long> _projects = [];
    private readonly Lock _gate = new();

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes copies of all of them, or of none if there is no room. What is held already is not counted again.</summary>
    public bool TryKeep(Guid runId, Guid projectId, IEnumerable<DataclipBody> clips)
    {
        lock (_gate)
        {
            var known = _runs.GetValueOrDefault(runId);
            var added = clips.Where(clip => known?.Clips.ContainsKey(clip.Id) != true).DistinctBy(static clip => clip.Id).ToList();
            var cost = added.Sum(CostOf);
            var ofProject = _projects.GetValueOrDefault(projectId);
            if (Bytes + cost > bounds.Memory || ofProject + cost > bounds.ProjectMemory) return false;

            if (added.Count == 0) return true;
            if (known is null) _runs.Add(runId, known = new HeldRun(projectId, time.GetTimestamp()));
            foreach (var clip in added) known.Clips.Add(clip.Id, Copy(clip));
            known.Bytes += cost;
            Bytes += cost;
            _projects[projectId] = ofProject + cost;
            return true;
        }
    }

    public DataclipBody? Find(Guid runId, Guid dataclipId)
    {
        lock (_gate) return _runs.GetValueOrDefault(runId)?.Clips.GetValueOrDefault(dataclipId);
    }

    /// <summary>The run is known to exist.</summary>
    public void Confirm(Guid runId)
    {
        lock (_gate)
        {
            if (_runs.GetValueOrDefault(runId) is { } run) (run.IsConfirmed, run.SeenAt) = (true, time.GetTimestamp());
        }
    }

    /// <summary>The run is over: what is held of it goes when whoever waits for its result has had the time to read it.</summary>
    public void EndSoon(Guid runId)
    {
        lock (_gate)
        {
            if (_runs.GetValueOrDefault(runId) is { } run) run.EndedAt ??= time.GetTimestamp();
        }
    }

    public void Drop(Guid runId)
    {
        lock (_gate) Remove(runId);
    }

    /// <summary>Drops what ended so long ago.</summary>
    public void DropEnded(TimeSpan before)
    {
        lock (_gate)
        {
            foreach (var id in Where(run => run.EndedAt is { } at && time.GetElapsedTime(at) >= before)) Remove(id);
        }
    }

    /// <summary>The shards are another node's: its runs go on without what is here, or not at all.</summary>
    public void DropShards(IReadOnlyCollection<int> shards)
    {
        lock (_gate)
        {
            foreach (var id in _runs.Keys.Where(id => shards.Contains(ShardMap.ShardOf(id))).ToList()) Remove(id);
        }
    }

    /// <summary>Runs of which nothing was heard for so long, and those that were never heard of, which may not exist.</summary>
    public List<Guid> Doubtful(TimeSpan confirmed, TimeSpan unconfirmed)
    {
        lock (_gate)
        {
            return Where(run => run.EndedAt is null && time.GetElapsedTime(run.SeenAt) >= (run.IsConfirmed ? confirmed : unconfirmed));
        }
    }

    private List<Guid> Where(Func<HeldRun, bool> condition) =>
        [.. _runs.Where(run => condition(run.Value)).Select(static run => run.Key)];

    private void Remove(Guid runId)
    {
        if (!_runs.Remove(runId, out var run)) return;
        Bytes -= run.Bytes;
        if ((_projects[run.ProjectId] -= run.Bytes) == 0) _projects.Remove(run.ProjectId);
    }

    private static long CostOf(DataclipBody clip) => clip.Body.Length + (clip.Request?.Length ?? 0) + Overhead;

    /// <summary>What came in may be part of something larger, which would stay in memory uncounted.</summary>
    private static DataclipBody Copy(DataclipBody clip) => clip with { Body = clip.Body.ToArray(), Request = clip.Request?.ToArray() };

    private sealed class HeldRun(Guid projectId, long seenAt)
    {
        public Guid ProjectId => projectId;

        public Dictionary<Guid, DataclipBody> Clips { get; } = [];

        public long Bytes { get; set; }

        public long SeenAt { get; set; } = seenAt;

        public bool IsConfirmed { get; set; }

        public long? EndedAt { get; set; }
    }
}
