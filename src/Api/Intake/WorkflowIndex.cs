using System.Collections.Concurrent;
using Actors.Dispatch;
using Actors.Workflows;

namespace Api.Intake;

/// <summary>All present workflows of the node's store, by id, trigger and custom path: intake asks no database.</summary>
internal sealed class WorkflowIndex
{
    private readonly ConcurrentDictionary<Guid, WorkflowEntry> _workflows = new();
    private readonly ConcurrentDictionary<Guid, WorkflowEntry> _triggers = new();
    private readonly ConcurrentDictionary<(Guid Project, string Path), WorkflowEntry> _paths = new();
    private readonly ConcurrentDictionary<Guid, ProjectShare> _shares = new();
    private readonly ConcurrentDictionary<Guid, Guid> _limited = new();
    private readonly Lock _changes = new();

    /// <summary>A workflow was added, replaced or removed. Handlers are quick and do not throw.</summary>
    public event Action<Guid>? Changed;

    /// <summary>A limit of active runs was set, changed or removed, or may have been. Handlers are quick and do not throw.</summary>
    public event Action? LimitsChanged;

    public int Count => _workflows.Count;

    public IEnumerable<Guid> Ids => _workflows.Keys;

    public IEnumerable<WorkflowEntry> Scheduled =>
        _workflows.Values.Where(static entry => entry.Trigger is { Type: TriggerType.Cron, Enabled: true });

    public WorkflowEntry? Workflow(Guid id) => _workflows.GetValueOrDefault(id);

    public WorkflowEntry? Trigger(Guid id) => _triggers.GetValueOrDefault(id);

    public WorkflowEntry? Path(Guid projectId, string path) => _paths.GetValueOrDefault((projectId, path));

    public ProjectShare ShareOf(Guid projectId) => _shares.GetValueOrDefault(projectId) ?? ProjectShare.Usual;

    /// <summary>How many runs of the workflow and of its project may be active at once, and the project's weight.</summary>
    public ConcurrencyLimits LimitsOf(Guid projectId, Guid workflowId)
    {
        var share = ShareOf(projectId);
        return new ConcurrencyLimits(Workflow(workflowId)?.Concurrency, share.Concurrency, share.Weight);
    }

    /// <summary>Projects that have a limit of active runs, or a workflow that has one.</summary>
    public HashSet<Guid> Limited() =>
        [.. _shares.Where(static share => share.Value.Concurrency is not null).Select(static share => share.Key), .. _limited.Values];

    /// <summary>Projects that share in a way of their own.</summary>
    public IEnumerable<Guid> Sharing => _shares.Keys;

    public void SaveProject(Guid projectId, ProjectShare share)
    {
        if (share == ProjectShare.Usual) _shares.TryRemove(projectId, out _);
        else _shares[projectId] = share;
        LimitsChanged?.Invoke();
    }

    /// <summary>Adds or replaces. An older version than the present one is left aside: notices and the load may cross.</summary>
    public void Save(WorkflowEntry entry)
    {
        lock (_changes)
        {
            if (_workflows.TryGetValue(entry.WorkflowId, out var present))
            {
                if (present.Version >= entry.Version) return;
                Forget(present);
            }

            _workflows[entry.WorkflowId] = entry;
            if (entry.Concurrency is not null) _limited[entry.WorkflowId] = entry.ProjectId;
            if (entry.Trigger is { Type: TriggerType.Webhook } trigger)
            {
                _triggers[trigger.Id] = entry;
                if (trigger.CustomPath is { } path) _paths[(entry.ProjectId, path)] = entry;
            }
        }

        Changed?.Invoke(entry.WorkflowId);
        if (entry.Concurrency is not null) LimitsChanged?.Invoke();
    }

    public void Remove(Guid workflowId)
    {
        lock (_changes)
        {
            if (_workflows.TryRemove(workflowId, out var present)) Forget(present);
        }

        Changed?.Invoke(workflowId);
    }

    public void RemoveProject(Guid projectId)
    {
        foreach (var entry in _workflows.Values)
        {
            if (entry.ProjectId == projectId) Remove(entry.WorkflowId);
        }

        _shares.TryRemove(projectId, out _);
    }

    private void Forget(WorkflowEntry entry)
    {
        _limited.TryRemove(entry.WorkflowId, out _);
        if (entry.Trigger is not { } trigger) return;
        _triggers.TryRemove(KeyValuePair.Create(trigger.Id, entry));
        if (trigger.CustomPath is { } path) _paths.TryRemove(KeyValuePair.Create((entry.ProjectId, path), entry));
    }
}
