using Actors.Dispatch;
using Api.Intake;
using Api.Nodes;
using Cluster;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>
/// For projects whose home shard is this node's: the active runs that lie in shards of other nodes. They count against the
/// limits here, from their admission until it is heard or seen in the read model that they are over.
/// </summary>
/// <param name="settle">How long a claim may be under way that was admitted, by this node or by the owner before it.</param>
internal sealed class SpreadRuns(
    WorkflowIndex index, HomeLimits limits, ReadyRuns ready, Backlogs backlogs, ShardGate shards, ClusterState cluster,
    TimeSpan settle, TimeProvider time, ILogger<SpreadRuns> logger)
{
    private const int Page = 1_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(1);
    private readonly Dictionary<Guid, SpreadRun> _runs = [];
    private readonly Dictionary<Guid, long> _readUntil = [];
    private readonly Lock _gate = new();
    private readonly Alarm _changed = new(time);
    private long _tickets;
    private long _read;

    /// <summary>Runs until the node stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (cluster.IsAlone) return;
        index.LimitsChanged += _changed.Ring;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // Without limits there is nothing to look at until one is set.
                if (!await LookAsync(stopping).ConfigureAwait(false)) await _changed.SleepAsync(Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                DispatchLog.SpreadFailed(logger, e);
            }

            await Task.Delay(LookEvery, time, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a run of another node's shard may start.</summary>
    public AdmissionReply Admit(WaitingRun run)
    {
        if (!shards.IsServing || !ready.IsAdopted(HomeLimits.HomeOf(run.ProjectId))) return AdmissionReply.No;
        if (ready.TryAdmit(run, limits.OfSpread(run.ProjectId, run.WorkflowId))) return new AdmissionReply(Track(run));

        limits.Reserve(run.ProjectId, run.WorkflowId);
        return AdmissionReply.No;
    }

    public void End(AdmissionEnd end)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(end.RunId, out var known) || known.Ticket != end.Ticket) return;
            _runs.Remove(end.RunId);
        }

        ready.Release(end.RunId);
    }

    /// <summary>The shards are another node's. Runs of them that are active still count if their home is here.</summary>
    public void Leave(IReadOnlyCollection<int> left)
    {
        limits.Leave(left);
        foreach (var run in ready.Leave(left, limits.AreLimited)) Track(run);
    }

    private long Track(WaitingRun run)
    {
        lock (_gate)
        {
            var ticket = ++_tickets;
            _runs[run.RunId] = new SpreadRun(run, ticket, time.GetTimestamp(), WasHeld: false);
            _changed.Ring();
            return ticket;
        }
    }

    /// <returns>Whether any project has limits, or had a moment ago.</returns>
    private async Task<bool> LookAsync(CancellationToken stopping)
    {
        var limited = index.Limited();
        var isAny = limited.Count > 0 || IsTracking();
        limited.RemoveWhere(project => !ready.IsAdopted(HomeLimits.HomeOf(project)));
        Forget(limited);
        var found = limited.Where(project => !limits.IsKnown(project)).ToHashSet();
        if (found.Count > 0) await MeetAsync(found, stopping).ConfigureAwait(false);

        if (time.GetElapsedTime(_read) < ReadEvery) return isAny;
        _read = time.GetTimestamp();
        var watched = Watched();
        if (watched.Count > 0) await ReadAsync(watched, stopping).ConfigureAwait(false);
        return isAny;
    }

    private bool IsTracking()
    {
        lock (_gate) return _runs.Count > 0 || _readUntil.Count > 0;
    }

    /// <summary>
    /// Projects that have a limit, or whose home this node has, since a moment ago. If their home came here while runs of
    /// them wait elsewhere, the owner before may have admitted one whose claim is not to be seen yet: nothing starts until
    /// it must be.
    /// </summary>
    private async Task MeetAsync(HashSet<Guid> projects, CancellationToken stopping)
    {
        var adopted = projects.ToDictionary(static project => project, project => ready.AdoptedAt(HomeLimits.HomeOf(project)));
        await ReadAsync(projects, stopping).ConfigureAwait(false);
        var waiting = await WaitingElsewhereAsync(stopping).ConfigureAwait(false);
        var now = time.GetTimestamp();
        foreach (var (project, at) in adopted)
        {
            // Left meanwhile, or left and taken again: the next look begins anew.
            if (at is null || ready.AdoptedAt(HomeLimits.HomeOf(project)) != at) continue;
            limits.Open(project, waiting.Contains(project) ? time.TimestampAfter(settle, at.Value) : now);
            lock (_gate) _readUntil[project] = time.TimestampAfter(settle);
        }

        ready.Recheck();
    }

    private HashSet<Guid> Watched()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            foreach (var project in _readUntil.Where(entry => entry.Value < now).Select(entry => entry.Key).ToList()) _readUntil.Remove(project);
            return [.. _readUntil.Keys, .. _runs.Values.Select(static spread => spread.Run.ProjectId)];
        }
    }

    private async Task ReadAsync(HashSet<Guid> projects, CancellationToken stopping)
    {
        var began = time.GetTimestamp();
        var held = new Dictionary<Guid, HeldAttempt>();
        var last = Guid.Empty;
        while (await backlogs.HeldAnywhereAsync(last, Page, stopping).ConfigureAwait(false) is { Count: > 0 } page)
        {
            foreach (var run in page.Where(run => projects.Contains(run.ProjectId))) held[run.Id] = run;
            last = page[^1].Id;
        }

        foreach (var run in held.Values.Where(run => !ready.IsHere(run.Id))) Found(run, began);
        foreach (var run in Gone(projects, held, began)) ready.Release(run);
    }

    /// <summary>Projects of whose workflows with limits runs wait in shards of other nodes. Others start without being admitted.</summary>
    private async Task<HashSet<Guid>> WaitingElsewhereAsync(CancellationToken stopping)
    {
        var waiting = new HashSet<Guid>();
        var last = Guid.Empty;
        while (await backlogs.WaitingOutsideAsync(ready.Shards(), last, Page, stopping).ConfigureAwait(false) is { Count: > 0 } page)
        {
            foreach (var workflow in page)
            {
                if (index.Workflow(workflow) is { } one && limits.AreLimited(one.ProjectId, workflow)) waiting.Add(one.ProjectId);
            }

            last = page[^1];
        }

        return waiting;
    }

    private void Found(HeldAttempt attempt, long began)
    {
        var run = new WaitingRun(attempt.Id, attempt.ProjectId, attempt.WorkflowId, default, default);
        lock (_gate)
        {
            if (_runs.TryGetValue(run.RunId, out var known))
            {
                if (known.Since < began) _runs[run.RunId] = known with { WasHeld = true };
                return;
            }

            _runs[run.RunId] = new SpreadRun(run, ++_tickets, began, WasHeld: true);
        }

        ready.MarkActive(run);
    }

    /// <summary>Runs that are over: they were seen to be held and are not any more, or they were admitted so long ago that
    /// their claim would be seen. What lies here by now is the ready queue's own business.</summary>
    private List<Guid> Gone(HashSet<Guid> projects, Dictionary<Guid, HeldAttempt> held, long began)
    {
        var gone = new List<Guid>();
        lock (_gate)
        {
            foreach (var (id, spread) in _runs.Where(spread => projects.Contains(spread.Value.Run.ProjectId)).ToList())
            {
                var isHere = ready.IsHere(id);
                if (!isHere && (held.ContainsKey(id) || spread.Since >= began)) continue;
                if (!isHere && !spread.WasHeld && time.GetElapsedTime(spread.Since, began) < settle) continue;
                _runs.Remove(id);
                if (!isHere) gone.Add(id);
            }
        }

        return gone;
    }

    /// <summary>What has no limit any more, or its home elsewhere.</summary>
    private void Forget(HashSet<Guid> limited)
    {
        List<Guid> gone;
        lock (_gate)
        {
            gone = [.. _runs.Values.Where(spread => !limited.Contains(spread.Run.ProjectId)).Select(static spread => spread.Run.RunId)];
            foreach (var run in gone) _runs.Remove(run);
            foreach (var project in _readUntil.Keys.Where(project => !limited.Contains(project)).ToList()) _readUntil.Remove(project);
        }

        foreach (var run in gone.Where(run => !ready.IsHere(run))) ready.Release(run);
        foreach (var project in limits.Known().Where(project => !limited.Contains(project))) limits.Forget(project);
    }

    /// <param name="Since">Timestamp of its admission.</param>
    /// <param name="WasHeld">It was seen in the read model as claimed or started since then.</param>
    private sealed record SpreadRun(WaitingRun Run, long Ticket, long Since, bool WasHeld);
}
