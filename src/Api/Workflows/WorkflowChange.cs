using Actors.Workflows;

namespace Api.Workflows;

/// <summary>What a change of a workflow touches beyond the workflow itself.</summary>
internal static class WorkflowChange
{
    /// <summary>Whether callers of its webhook prove who they are by other methods than before (S1-03). A trigger that goes takes its
    /// methods with it: otherwise it could come back without them.</summary>
    /// <param name="before">Null for a new workflow.</param>
    public static bool TouchesAuthMethods(Workflow? before, Workflow after) =>
        !(before?.Trigger?.AuthMethods ?? []).ToHashSet().SetEquals(after.Trigger?.AuthMethods ?? []);
}
