using System.Collections.Concurrent;
using Actors.Dispatch;
using Actors.Projects;
using Actors.Workflows;

namespace Api.Intake;

/// <summary>All present workflows of the node's store, by id, trigger and custom path: intake asks no database.</summary>
internal sealed class WorkflowIndex
{
    private readonly ConcurrentDictionary<Guid, WorkflowEntry> _workflows = new();
    private readonly ConcurrentDictionary<Guid, WorkflowEntry> _triggers = new();
    private readonly ConcurrentDictionary<(Guid Project, string Path), WorkflowEntry> _paths = new();
    private readonly ConcurrentDictionary<Guid, int?> _projectLimits = new();
    private readonly ConcurrentDictionary<Guid, ProjectLimits> _limits = new();
    private readonly Lock _changes = new();

    /// <summary>A workflow was added, replaced or removed. Handlers are quick and do not throw.</summary>
    public event Action<Guid>? Changed;

    public int Count => _workflows.Count;

    public IEnumerable<Guid> Ids => _workflows.Keys;

    public IEnumerable<WorkflowEntry> Scheduled =>
        _workflows.Values.Where(static entry => entry.Trigger is { Type: TriggerType.Cron, Enabled: true });

    public WorkflowEntry? Workflow(Guid id) => _workflows.GetValueOrDefault(id);

    public WorkflowEntry? Trigger(Guid id) => _triggers.GetValueOrDefault(id);

    public WorkflowEntry? Path(Guid projectId, string path) => _paths.GetValueOrDefault((projectId, path));

    /// <summary>How many runs of the workflow and of its project may be active at once.</summary>
    public ConcurrencyLimits LimitsOf(Guid projectId, Guid workflowId) =>
        new(Workflow(workflowId)?.Concurrency, _projectLimits.GetValueOrDefault(projectId));

    /// <summary>What the project allows its webhooks.</summary>
    public ProjectLimits LimitsOf(Guid projectId) => _limits.GetValueOrDefault(projectId, ProjectLimits.None);

    public void SaveProject(Guid projectId, int? concurrency, ProjectLimits limits)
    {
        if (limits == ProjectLimits.None) _limits.TryRemove(projectId, out _);
        else _limits[projectId] = limits;
        if (concurrency is null) _projectLimits.TryRemove(projectId, out _);
        else _projectLimits[projectId] = concurrency;
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
            if (entry.Trigger is { Type: TriggerType.Webhook } trigger)
            {
                _triggers[trigger.Id] = entry;
                if (trigger.CustomPath is { } path) _paths[(entry.ProjectId, path)] = entry;
            }
        }

        Changed?.Invoke(entry.WorkflowId);
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
        _limits.TryRemove(projectId, out _);
        foreach (var entry in _workflows.Values)
        {
            if (entry.ProjectId == projectId) Remove(entry.WorkflowId);
        }
    }

    private void Forget(WorkflowEntry entry)
    {
        if (entry.Trigger is not { } trigger) return;
        _triggers.TryRemove(KeyValuePair.Create(trigger.Id, entry));
        if (trigger.CustomPath is { } path) _paths.TryRemove(KeyValuePair.Create((entry.ProjectId, path), entry));
    }
}
