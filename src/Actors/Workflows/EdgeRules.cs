namespace Actors.Workflows;

/// <summary>The rules of each edge by itself. What edges make together is checked by <see cref="GraphRules"/>.</summary>
internal static class EdgeRules
{
    public static void Check(Workflow workflow, Faults faults)
    {
        var jobs = workflow.Jobs.Select(job => job.Id).ToHashSet();
        var ids = new HashSet<Guid> { Guid.Empty };
        var pairs = new HashSet<(Guid, Guid)>();

        for (var i = 0; i < workflow.Edges.Length; i++)
        {
            var edge = workflow.Edges[i];
            var path = $"edges[{i}]";
            faults.AddUnless(ids.Add(edge.Id), $"{path}.id", "must be a UUID of its own among the edges");
            CheckSource(edge, path, workflow.Trigger?.Id, jobs, faults);
            faults.AddUnless(jobs.Contains(edge.TargetJobId), $"{path}.targetJobId", "must be a job of this workflow");

            // Workers keep one edge between two nodes, the last: a second would silently replace the first.
            faults.AddUnless(
                (edge.SourceTriggerId ?? edge.SourceJobId) is not { } source || pairs.Add((source, edge.TargetJobId)),
                path,
                "must be the only edge between its two nodes");
            CheckCondition(edge, path, faults);
            CheckLabel(edge, path, faults);
        }
    }

    private static void CheckSource(Edge edge, string path, Guid? trigger, HashSet<Guid> jobs, Faults faults)
    {
        if (edge.SourceTriggerId is null == edge.SourceJobId is null)
        {
            faults.Add(path, "must start at exactly one node: the trigger or a job");
            return;
        }

        if (edge.SourceTriggerId is { } fromTrigger)
        {
            faults.AddUnless(fromTrigger == trigger, $"{path}.sourceTriggerId", "must be the trigger of this workflow");
            faults.AddUnless(edge.Enabled, $"{path}.enabled", "must be true for an edge from the trigger");
        }
        else
        {
            faults.AddUnless(
                jobs.Contains(edge.SourceJobId!.Value), $"{path}.sourceJobId", "must be a job of this workflow");
            faults.AddUnless(edge.SourceJobId != edge.TargetJobId, path, "must not lead from a job to itself");
        }
    }

    private static void CheckCondition(Edge edge, string path, Faults faults)
    {
        faults.AddUnless(
            edge.SourceTriggerId is null || edge.Condition is EdgeCondition.Always or EdgeCondition.JsExpression,
            $"{path}.condition",
            "must be always or js_expression for an edge from the trigger, which neither succeeds nor fails");

        if (edge.Condition != EdgeCondition.JsExpression)
        {
            faults.AddUnless(edge.Expression is null, $"{path}.expression", "is for the condition js_expression only");
            return;
        }

        foreach (var rule in EdgeExpression.FaultsOf(edge.Expression))
        {
            faults.Add($"{path}.expression", rule);
        }
    }

    private static void CheckLabel(Edge edge, string path, Faults faults) =>
        faults.AddUnless(
            edge.Label is not { } label || (label.Length <= WorkflowLimits.LabelLength && !label.Any(char.IsControl)),
            $"{path}.label",
            "must be at most 255 characters on one line");
}
