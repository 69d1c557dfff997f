using System.Collections.Immutable;
using Actors.Runs;
using Actors.Workflows;

namespace Api.Intake;

/// <summary>What intake must know of a workflow to make a run of it, ready to use.</summary>
/// <param name="RootJobId">Where a run without a trigger starts: the only job that no edge leads to; null if there are several.</param>
internal sealed record WorkflowEntry(
    Guid ProjectId,
    Guid WorkflowId,
    int Version,
    Trigger? Trigger,
    Guid? RootJobId,
    ImmutableArray<JobName> Jobs,
    RunOptions Options,
    LossPolicy OnLoss,
    int? Concurrency,
    JobRetries? Retries)
{
    /// <summary>Since when the cron trigger fires as it does now; null if it does not.</summary>
    public DateTimeOffset? ScheduledSince { get; init; }

    public static WorkflowEntry Of(Guid projectId, int version, Workflow workflow, RunOptions limits)
    {
        var roots = workflow.Jobs.Where(job => workflow.Edges.All(edge => edge.TargetJobId != job.Id)).ToArray();
        return new WorkflowEntry(
            projectId,
            workflow.Id,
            version,
            workflow.Trigger,
            roots is [var only] ? only.Id : null,
            [.. workflow.Jobs.Select(static job => new JobName(job.Id, job.Name))],
            limits with { JobLogs = workflow.JobLogs },
            workflow.OnLoss,
            workflow.Concurrency,
            JobRetries.Of(workflow));
    }
}

internal readonly record struct JobName(Guid Id, string Name);
