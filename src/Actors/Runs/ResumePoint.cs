using System.Collections.Immutable;
using Actors.Workflows;

namespace Actors.Runs;

/// <summary>
/// Where a worker that knows nothing of finished steps can go on: at the one job that follows a chain of finished ones,
/// with the last output as its input.
/// </summary>
/// <param name="JobId">The job to start from.</param>
/// <param name="DataclipId">What the last finished step returned.</param>
public sealed record ResumePoint(Guid JobId, Guid DataclipId)
{
    /// <returns>
    /// Null if the attempt has to start over: nothing is finished, what is finished is no chain, more than one job follows or
    /// none, or which one does depends on an expression.
    /// </returns>
    public static ResumePoint? Of(Workflow workflow, RunState state)
    {
        if (state.Plan!.SingleJob) return null;

        ImmutableArray<FinishedStep> steps = [.. state.FinishedSteps.Where(static step => !step.Retry)];
        if (steps.IsEmpty || steps[^1] is not { OutputDataclipId: { } output, OutputLost: false }) return null;

        var next = First(workflow, state.Plan.StartNodeId);
        foreach (var step in steps)
        {
            if (next != step.JobId) return null;
            next = Only(workflow.Edges.Where(edge => edge.SourceJobId == step.JobId), step.Reason);
        }

        return next is { } job ? new ResumePoint(job, output) : null;
    }

    private static Guid? First(Workflow workflow, Guid startNode) => workflow.Jobs.Any(job => job.Id == startNode)
        ? startNode
        : Only(workflow.Edges.Where(edge => edge.SourceTriggerId == startNode), ExitReason.Success);

    /// <summary>The only job that follows; null if that is not certain. A step that crashed or was killed ends its run. Of two
    /// edges with the same ends the last one counts (openfn-protocol 6).</summary>
    private static Guid? Only(IEnumerable<Edge> edges, ExitReason reason)
    {
        if (reason is not (ExitReason.Success or ExitReason.Fail)) return null;

        Guid? only = null;
        foreach (var edge in edges.GroupBy(static edge => edge.TargetJobId).Select(static same => same.Last()))
        {
            switch (edge.Condition)
            {
                case var _ when !edge.Enabled:
                case EdgeCondition.OnJobSuccess when reason != ExitReason.Success:
                case EdgeCondition.OnJobFailure when reason != ExitReason.Fail:
                    break;
                case EdgeCondition.JsExpression:
                case var _ when only is not null:
                    return null;
                default:
                    only = edge.TargetJobId;
                    break;
            }
        }

        return only;
    }
}
