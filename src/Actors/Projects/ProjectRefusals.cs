using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>Every way a project says no. The codes are part of the public API.</summary>
public static class ProjectRefusals
{
    public const string NotFoundCode = "project_not_found";
    public const string ExistsCode = "project_exists";
    public const string DeletedCode = "project_deleted";
    public const string InvalidCode = "project_invalid";
    public const string VersionMismatchCode = "version_mismatch";
    public const string WorkflowNotFoundCode = "workflow_not_found";
    public const string WorkflowInvalidCode = "workflow_invalid";
    public const string WorkflowNameTakenCode = "workflow_name_taken";
    public const string PathTakenCode = "webhook_path_taken";
    public const string TriggerIdTakenCode = "trigger_id_taken";
    public const string TooManyWorkflowsCode = "too_many_workflows";

    internal static Refusal NotFound(Guid id) => new(RefusalKind.NotFound, NotFoundCode, $"There is no project {id}.");

    internal static Refusal Exists(Guid id) =>
        new(RefusalKind.Conflict, ExistsCode, $"Project {id} exists already with other settings.");

    internal static Refusal Deleted(Guid id) => new(RefusalKind.Gone, DeletedCode, $"Project {id} was deleted.");

    /// <summary>Also for what only the asker can check.</summary>
    public static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The project breaks its rules.", faults);

    internal static Refusal VersionMismatch(long expected, long present) =>
        new(
            RefusalKind.VersionMismatch,
            VersionMismatchCode,
            $"Version {expected} was expected, but the present one is {present}.");

    internal static Refusal WorkflowNotFound(Guid id) =>
        new(RefusalKind.NotFound, WorkflowNotFoundCode, $"The project has no workflow {id}.");

    internal static Refusal InvalidWorkflow(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, WorkflowInvalidCode, "The workflow breaks its rules.", faults);

    internal static Refusal WorkflowNameTaken(string name) =>
        Taken(WorkflowNameTakenCode, $"The project has another workflow named '{name}'.", "name");

    internal static Refusal PathTaken(string path) =>
        Taken(PathTakenCode, $"Another workflow of the project listens on the path '{path}'.", "trigger.customPath");

    internal static Refusal TriggerIdTaken(Guid id) =>
        Taken(TriggerIdTakenCode, $"Trigger {id} belongs to another workflow of the project.", "trigger.id");

    internal static Refusal TooManyWorkflows() =>
        new(
            RefusalKind.Conflict,
            TooManyWorkflowsCode,
            $"A project holds at most {ProjectRules.MaxWorkflows} workflows.");

    private static Refusal Taken(string code, string message, string field) =>
        new(RefusalKind.Conflict, code, message, [new FieldFault(field, "must be unique in the project")]);
}
