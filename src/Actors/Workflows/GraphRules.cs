namespace Actors.Workflows;

/// <summary>
/// What the edges make together, enabled or not, since a disabled edge is one click from being enabled: no cycle, and
/// no job out of reach. With a trigger every job must be reachable from it. Without one a run starts at a root, a job
/// without an edge into it, and in a graph without cycles each job is one or lies behind one.
/// </summary>
internal static class GraphRules
{
    private const int NamesInMessage = 20;

    public static void Check(Workflow workflow, Faults faults)
    {
        var graph = WorkflowGraph.Of(workflow);
        var cycle = graph.FindCycle();
        if (cycle.Count > 0) faults.Add("edges", $"must not form a cycle: {Describe(workflow, cycle)}");

        if (workflow.Trigger is not null) CheckReach(workflow, graph, faults);
    }

    private static void CheckReach(Workflow workflow, WorkflowGraph graph, Faults faults)
    {
        var reached = graph.ReachedFromTrigger();
        for (var i = 0; i < workflow.Jobs.Length; i++)
        {
            faults.AddUnless(reached[i], $"jobs[{i}]", "must be reachable from the trigger");
        }
    }

    private static string Describe(Workflow workflow, List<int> cycle)
    {
        var names = cycle.Take(NamesInMessage).Select(job => workflow.Jobs[job].Name);
        var more = cycle.Count > NamesInMessage ? " -> ..." : "";
        return $"{string.Join(" -> ", names)}{more} -> {workflow.Jobs[cycle[0]].Name}";
    }
}
