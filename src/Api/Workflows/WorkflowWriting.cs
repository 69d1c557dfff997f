using Actors.Workflows;
using Api.ReadModels;

namespace Api.Workflows;

/// <summary>Shows a stored workflow: edges by name where the name says enough.</summary>
internal static class WorkflowWriting
{
    /// <param name="now">Its cron trigger fires next after this time.</param>
    public static WorkflowDocument Of(WorkflowRow row, DateTimeOffset now)
    {
        var document = Of(WorkflowDefinition.Read(row.Definition!), row.ProjectId, row.Version, row.CreatedAt, row.UpdatedAt);
        return document.Trigger is { Enabled: true, CronExpression: { } expression } trigger
            ? document with { Trigger = trigger with { NextTick = NextTick(expression, trigger.TimeZone, now) } }
            : document;
    }

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
            workflow.Trigger is { } trigger ? Trigger(trigger, names) : null,
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
            job.Retry is { } retry ? new RetryDocument(retry.MaxAttempts, retry.BackoffMs, retry.MaxBackoffMs) : null,
            job.KeychainId);

    /// <summary>Null also where this machine does not know the time zone any more.</summary>
    private static DateTimeOffset? NextTick(string expression, string? timeZone, DateTimeOffset now) =>
        TimeZones.Find(timeZone) is null ? null : CronSchedule.Parse(expression, timeZone).Next(now);

    private static TriggerDocument Trigger(Trigger trigger, Dictionary<Guid, string> names) =>
        new(
            trigger.Id,
            trigger.Type,
            trigger.Enabled,
            trigger.CustomPath,
            trigger.Type == TriggerType.Webhook ? trigger.Reply : null,
            trigger.CronExpression,
            trigger.AuthMethods.IsEmpty ? null : trigger.AuthMethods,
            trigger.ResponseCodes is { } codes ? new ResponseCodesDocument(codes.Success, codes.Error) : null,
            trigger.TimeZone,
            trigger.Type == TriggerType.Cron ? trigger.CatchUp : null,
            trigger.CursorJobId is { } job ? names[job] : null,
            Environment: trigger.Environment);

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
