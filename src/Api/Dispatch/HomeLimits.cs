using System.Collections.Concurrent;
using Actors.Dispatch;
using Api.Intake;
using Cluster;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>
/// The limits as the ready queue asks for them. The limits of a project and its workflows are kept by the owner of the
/// project's home shard, which lets nothing start until it knows what is active elsewhere.
/// </summary>
internal sealed class HomeLimits(WorkflowIndex index, ShardGate shards, ClusterState cluster, TimeProvider time)
{
    /// <summary>Who was refused asks again within a second.</summary>
    private static readonly TimeSpan Reserved = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, long> _openFrom = new();
    private readonly ConcurrentDictionary<Guid, long> _reservedUntil = new();

    public static int HomeOf(Guid projectId) => ShardMap.ShardOf(projectId);

    public bool AreLimited(Guid projectId, Guid workflowId) => index.LimitsOf(projectId, workflowId).Any;

    /// <summary>For runs of this node's shards.</summary>
    public ConcurrencyLimits LimitsOf(Guid projectId, Guid workflowId)
    {
        var limits = OfSpread(projectId, workflowId);
        return _reservedUntil.IsEmpty ? limits : limits with
        {
            Project = limits.Project - Places(projectId),
            Workflow = limits.Workflow - Places(workflowId),
        };
    }

    /// <summary>A run of another node's shard was refused. It has waited for longer than those of the home, which have come
    /// since the limit was set: the next place of its project and workflow is kept for one like it.</summary>
    public void Reserve(Guid projectId, Guid workflowId)
    {
        if (!AreLimited(projectId, workflowId)) return;
        _reservedUntil[projectId] = _reservedUntil[workflowId] = time.TimestampAfter(Reserved);
    }

    /// <summary>For runs of other nodes' shards.</summary>
    public ConcurrencyLimits OfSpread(Guid projectId, Guid workflowId)
    {
        var limits = index.LimitsOf(projectId, workflowId);
        return !limits.Any || cluster.IsAlone || !shards.IsOpen(HomeOf(projectId)) || IsOpen(projectId)
            ? limits
            : limits with { Project = 0 };
    }

    /// <summary>Whether what is active elsewhere is known, or was looked for.</summary>
    public bool IsKnown(Guid projectId) => _openFrom.ContainsKey(projectId);

    public List<Guid> Known() => [.. _openFrom.Keys];

    /// <param name="from">Timestamp from which on runs of the project may start.</param>
    public void Open(Guid projectId, long from) => _openFrom[projectId] = from;

    public void Forget(Guid projectId) => _openFrom.TryRemove(projectId, out _);

    /// <summary>The shards are another's now, and what is known of their projects with them.</summary>
    public void Leave(IReadOnlyCollection<int> left)
    {
        foreach (var project in _openFrom.Keys.Where(project => left.Contains(HomeOf(project)))) Forget(project);
    }

    private int Places(Guid group)
    {
        if (!_reservedUntil.TryGetValue(group, out var until)) return 0;
        if (time.GetTimestamp() < until) return 1;
        _reservedUntil.TryRemove(KeyValuePair.Create(group, until));
        return 0;
    }

    private bool IsOpen(Guid projectId) => _openFrom.TryGetValue(projectId, out var from) && time.GetTimestamp() >= from;
}
