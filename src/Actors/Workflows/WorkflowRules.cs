using System.Collections.Immutable;
using System.Text;
using Actors.Projects;
using Cluster.Entities;

namespace Actors.Workflows;

/// <summary>The rules a workflow must keep before it is saved. Pure; all faults are reported at once.</summary>
public static class WorkflowRules
{
    /// <returns>Empty when the workflow may be saved.</returns>
    public static ImmutableArray<FieldFault> Check(Workflow workflow, WorkflowFacts facts)
    {
        var faults = new Faults();
        CheckCounts(workflow, faults);

        // A graph beyond the limits is not looked at: its faults would be as many as its parts.
        if (!faults.IsEmpty) return faults.ToImmutable();

        CheckSettings(workflow, faults);
        if (workflow.Trigger is { } trigger) TriggerRules.Check(trigger, workflow, faults);
        JobRules.Check(workflow, facts, faults);
        EdgeRules.Check(workflow, faults);
        GraphRules.Check(workflow, faults);
        return faults.ToImmutable();
    }

    private static void CheckCounts(Workflow workflow, Faults faults)
    {
        faults.AddUnless(!workflow.Jobs.IsDefaultOrEmpty, "jobs", "must hold at least one job");
        faults.AddUnless(
            workflow.Jobs.IsDefault || workflow.Jobs.Length <= WorkflowLimits.Jobs, "jobs", "must hold at most 500 jobs");
        faults.AddUnless(
            !workflow.Edges.IsDefault && workflow.Edges.Length <= WorkflowLimits.Edges,
            "edges",
            "must be a list of at most 2,000 edges");
    }

    private static void CheckSettings(Workflow workflow, Faults faults)
    {
        faults.AddUnless(
            Text.IsLine(workflow.Name, WorkflowLimits.NameLength), "name", "must be 1 to 200 characters on one line");
        faults.AddUnless(
            workflow.Concurrency is null or >= 1, "concurrency", "must be at least 1, or absent for the project's limit");
        faults.AddUnless(
            Text.Fits(workflow.Globals ?? "", WorkflowLimits.GlobalsBytes), "globals", "must be at most 1 MB without NUL");
        faults.AddUnless(
            SizeOf(workflow) <= WorkflowLimits.DefinitionBytes, "jobs", "must not make a definition of more than 5 MB");
    }

    private static long SizeOf(Workflow workflow)
    {
        long size = SizeOf(workflow.Globals);
        foreach (var job in workflow.Jobs)
        {
            size += SizeOf(job.Body) + SizeOf(job.Name) + SizeOf(job.Adaptor);
        }

        foreach (var edge in workflow.Edges)
        {
            size += SizeOf(edge.Expression) + SizeOf(edge.Label);
        }

        return size;
    }

    private static int SizeOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
