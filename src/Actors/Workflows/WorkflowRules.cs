using System.Collections.Immutable;
using Actors.Projects;
using Cluster.Entities;

namespace Actors.Workflows;

/// <summary>The rules a workflow must keep before it is saved. Pure; all faults are reported at once.</summary>
public static class WorkflowRules
{
    /// <returns>Empty when the workflow may be saved.</returns>
    public static ImmutableArray<FieldFault> Check(Workflow workflow, WorkflowFacts facts) => [];
}
