using System.Collections.Immutable;
using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>Every way a project says no. The codes are part of the public API.</summary>
public static class ProjectRefusals
{
    public const string NotFoundCode = "project_not_found";
    public const string ExistsCode = "project_exists";
    public const string DeletedCode = "project_deleted";
    public const string LeavingCode = "project_leaving";
    public const string NotLeavingCode = "project_not_leaving";
    public const string InvalidCode = "project_invalid";
    public const string VersionMismatchCode = "version_mismatch";
    public const string WorkflowNotFoundCode = "workflow_not_found";
    public const string WorkflowInvalidCode = "workflow_invalid";
    public const string WorkflowNameTakenCode = "workflow_name_taken";
    public const string PathTakenCode = "webhook_path_taken";
    public const string TriggerIdTakenCode = "trigger_id_taken";
    public const string TooManyWorkflowsCode = "too_many_workflows";
    public const string AuthMethodNotFoundCode = "auth_method_not_found";
    public const string AuthMethodInvalidCode = "auth_method_invalid";
    public const string AuthMethodNameTakenCode = "auth_method_name_taken";
    public const string AuthMethodInUseCode = "auth_method_in_use";
    public const string TooManyAuthMethodsCode = "too_many_auth_methods";
    public const string NoWebhookCode = "no_webhook";

    internal static Refusal NotFound(Guid id) => new(RefusalKind.NotFound, NotFoundCode, $"There is no project {id}.");

    internal static Refusal Exists(Guid id) =>
        new(RefusalKind.Conflict, ExistsCode, $"Project {id} exists already with other settings.");

    internal static Refusal Deleted(Guid id) => new(RefusalKind.Gone, DeletedCode, $"Project {id} was deleted.");

    internal static Refusal Leaving() =>
        new(RefusalKind.Gone, LeavingCode, "The project is about to be deleted. Until then its owner can restore it.");

    internal static Refusal NotLeaving() => new(RefusalKind.Conflict, NotLeavingCode, "Nobody asked for the project to be deleted.");

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

    internal static Refusal AuthMethodNotFound(Guid id) =>
        new(RefusalKind.NotFound, AuthMethodNotFoundCode, $"The project has no webhook auth method {id}.");

    internal static Refusal InvalidAuthMethod(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, AuthMethodInvalidCode, "The webhook auth method breaks its rules.", faults);

    internal static Refusal AuthMethodNameTaken(string name) =>
        Taken(AuthMethodNameTakenCode, $"The project has another webhook auth method named '{name}'.", "name");

    internal static Refusal AuthMethodInUse(IEnumerable<string> workflows, int more) =>
        new(
            RefusalKind.Conflict,
            AuthMethodInUseCode,
            $"Triggers ask for it, of the workflows {string.Join(", ", workflows.Select(name => $"'{name}'"))}"
            + (more > 0 ? $" and {more} more." : "."));

    internal static Refusal TooManyAuthMethods() =>
        new(
            RefusalKind.Conflict,
            TooManyAuthMethodsCode,
            $"A project holds at most {AuthMethodDecider.MostMethods} webhook auth methods.");

    internal static Refusal TooManyOfTrigger() =>
        new(
            RefusalKind.Conflict,
            TooManyAuthMethodsCode,
            $"A trigger asks for at most {WorkflowLimits.AuthMethodsPerTrigger} webhook auth methods.");

    internal static Refusal NoWebhook() =>
        new(RefusalKind.Conflict, NoWebhookCode, "The workflow is not started by a webhook.");

    private static Refusal Taken(string code, string message, string field) =>
        new(RefusalKind.Conflict, code, message, [new FieldFault(field, "must be unique in the project")]);
}
