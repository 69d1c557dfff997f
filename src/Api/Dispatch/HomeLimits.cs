using System.Collections.Concurrent;
using Actors.Dispatch;
using Api.Intake;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>
/// The limits as the ready queue asks for them. The limits of a project and its workflows are kept by the owner of the
/// project's home shard, which lets nothing start until it knows what is active elsewhere.
/// </summary>
internal sealed class HomeLimits(WorkflowIndex index, ShardGate shards, ClusterState cluster, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, long> _openFrom = new();

    public static int HomeOf(Guid projectId) => ShardMap.ShardOf(projectId);

    public bool AreLimited(Guid projectId, Guid workflowId) => index.LimitsOf(projectId, workflowId).Any;

    public ConcurrencyLimits LimitsOf(Guid projectId, Guid workflowId)
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

    private bool IsOpen(Guid projectId) => _openFrom.TryGetValue(projectId, out var from) && time.GetTimestamp() >= from;
}
