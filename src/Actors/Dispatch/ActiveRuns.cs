namespace Actors.Dispatch;

/// <summary>The runs that count against limits, by run, workflow and project.</summary>
internal sealed class ActiveRuns
{
    private readonly Dictionary<Guid, WaitingRun> _runs = [];
    private readonly Tally _byProject = new();
    private readonly Tally _byWorkflow = new();

    public int Count => _runs.Count;

    public bool Contains(Guid runId) => _runs.ContainsKey(runId);

    public bool IsProjectFull(Guid projectId, in ConcurrencyLimits limits) => _byProject[projectId] >= limits.Project;

    public bool IsWorkflowFull(Guid workflowId, in ConcurrencyLimits limits) => _byWorkflow[workflowId] >= limits.Workflow;

    /// <summary>With the run itself, which is one of them.</summary>
    public bool IsWithin(WaitingRun run, in ConcurrencyLimits limits) =>
        !(_byProject[run.ProjectId] > limits.Project) && !(_byWorkflow[run.WorkflowId] > limits.Workflow);

    public void Add(WaitingRun run)
    {
        if (_runs.TryAdd(run.RunId, run))
        {
            _byWorkflow.Add(run.WorkflowId);
            _byProject.Add(run.ProjectId);
        }
    }

    public bool Remove(Guid runId, out WaitingRun run)
    {
        if (!_runs.Remove(runId, out run!))
        {
            return false;
        }

        _byWorkflow.Remove(run.WorkflowId);
        _byProject.Remove(run.ProjectId);
        return true;
    }

    public List<WaitingRun> Where(Func<WaitingRun, bool> condition) => [.. _runs.Values.Where(condition)];
}
