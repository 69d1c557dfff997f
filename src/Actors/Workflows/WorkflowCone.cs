namespace Actors.Workflows;

/// <summary>What can be executed behind a node of a workflow.</summary>
public static class WorkflowCone
{
    /// <summary>The node itself and every job that an edge path leads to from it, disabled edges and conditions not looked
    /// at: what ran once behind a node may run again behind it.</summary>
    /// <param name="node">A job, or the trigger.</param>
    public static IReadOnlySet<Guid> Of(Workflow workflow, Guid node)
    {
        var targets = workflow.Edges.ToLookup(static edge => edge.SourceTriggerId ?? edge.SourceJobId, static edge => edge.TargetJobId);
        var cone = new HashSet<Guid> { node };
        var waiting = new Queue<Guid>([node]);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var target in targets[next])
            {
                if (cone.Add(target)) waiting.Enqueue(target);
            }
        }

        return cone;
    }

    /// <summary>Whether the workflow has a job or trigger of that id.</summary>
    public static bool Has(Workflow workflow, Guid node)
    {
        if (workflow.Trigger?.Id == node) return true;
        foreach (var job in workflow.Jobs)
        {
            if (job.Id == node) return true;
        }

        return false;
    }
}
