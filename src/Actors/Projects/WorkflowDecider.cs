using System.Collections.Immutable;
using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project decides about its workflows.</summary>
internal static class WorkflowDecider
{
    public static Decision<ProjectEvent> Save(
        ProjectState state, ProjectCommand.SaveWorkflow save, DateTimeOffset now)
    {
        var workflow = save.Workflow;
        var present = state.Workflows.GetValueOrDefault(workflow.Id);
        if (VersionRefusal(workflow.Id, present, save.ExpectedVersion) is { } mismatch) return mismatch;

        var faults = WorkflowRules.Check(workflow, save.Facts)
            .AddRange(AuthMethodDecider.Unknown(state, workflow))
            .AddRange(KeychainDecider.Unknown(state, workflow))
            .AddRange(UnknownEnvironment(state, workflow));
        if (!faults.IsEmpty) return ProjectRefusals.InvalidWorkflow(faults);

        if (ProjectRules.ClashOf(state, workflow) is { } clash) return clash;
        if (present is null && state.Workflows.Count >= ProjectRules.MaxWorkflows) return ProjectRefusals.TooManyWorkflows();

        var version = (present?.Version ?? state.RetiredVersions.GetValueOrDefault(workflow.Id)) + 1;
        return Decision<ProjectEvent>.Persist(
            new ProjectEvent.WorkflowSaved(workflow, version, now), new ProjectReply.WorkflowSaved(workflow.Id, version));
    }

    public static Decision<ProjectEvent> Delete(
        ProjectState state, ProjectCommand.DeleteWorkflow delete, DateTimeOffset now)
    {
        if (!state.Workflows.TryGetValue(delete.WorkflowId, out var present))
        {
            return ProjectRefusals.WorkflowNotFound(delete.WorkflowId);
        }

        if (VersionRefusal(delete.WorkflowId, present, delete.ExpectedVersion) is { } mismatch) return mismatch;

        return Decision<ProjectEvent>.Persist(
            new ProjectEvent.WorkflowDeleted(delete.WorkflowId, now), new ProjectReply.Saved(state.Version));
    }

    private static ImmutableArray<FieldFault> UnknownEnvironment(ProjectState state, Workflow workflow) =>
        workflow.Trigger?.Environment is { } name && !state.OwnPolicies.OwnEnvironments.Contains(name)
            ? [new FieldFault("trigger.environment", "must be an environment of the project, or absent for its first")]
            : [];

    private static Refusal? VersionRefusal(Guid id, WorkflowVersion? present, int? expected) =>
        (present, expected) switch
        {
            (_, null) or (null, 0) => null,
            (null, _) => ProjectRefusals.WorkflowNotFound(id),
            _ when present.Version == expected => null,
            _ => ProjectRefusals.VersionMismatch(expected.Value, present.Version),
        };
}
