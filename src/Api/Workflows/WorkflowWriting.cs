using Actors.Workflows;
using Api.ReadModels;

namespace Api.Workflows;

/// <summary>Shows a stored workflow: edges by name where the name says enough.</summary>
internal static class WorkflowWriting
{
    public static WorkflowDocument Of(WorkflowRow row) =>
        Of(WorkflowDefinition.Read(row.Definition!), row.ProjectId, row.Version, row.CreatedAt, row.UpdatedAt);

    public static WorkflowDocument Of(WorkflowVersionRow row) =>
        Of(WorkflowDefinition.Read(row.Definition!), row.ProjectId, row.Version, null, row.CreatedAt);

    private static WorkflowDocument Of(
        Workflow workflow, Guid projectId, int version, DateTimeOffset? createdAt, DateTimeOffset updatedAt)
    {
        var names = workflow.Jobs.ToDictionary(static job => job.Id, static job => job.Name == "trigger" ? job.Id.ToString() : job.Name);
        return new WorkflowDocument(
            workflow.Id,
            projectId,
            workflow.Name,
            version,
            workflow.Trigger is { } trigger ? Trigger(trigger) : null,
            [.. workflow.Jobs.Select(Job)],
            [.. workflow.Edges.Select(edge => Edge(edge, names))],
            workflow.Concurrency,
            workflow.JobLogs,
            workflow.Globals,
            workflow.OnLoss,
            createdAt,
            updatedAt);
    }

    private static JobDocument Job(Job job) =>
        new(
            job.Id,
            job.Name,
            job.Adaptor,
            job.Body,
            job.CredentialId,
            job.Retry is { } retry ? new RetryDocument(retry.MaxAttempts, retry.BackoffMs, retry.MaxBackoffMs) : null);

    private static TriggerDocument Trigger(Trigger trigger) =>
        new(
            trigger.Id,
            trigger.Type,
            trigger.Enabled,
            trigger.CustomPath,
            trigger.Type == TriggerType.Webhook ? trigger.Reply : null,
            trigger.CronExpression);

    private static EdgeDocument Edge(Edge edge, Dictionary<Guid, string> names) =>
        new(
            edge.Id,
            edge.SourceJobId is { } source ? names[source] : "trigger",
            names[edge.TargetJobId],
            edge.Condition,
            edge.Expression,
            edge.Label,
            edge.Enabled);
}
