using Actors.Runs;
using Api.Intake;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.WorkOrders;

/// <summary>Submits work orders of people and programs: not those of triggers.</summary>
internal sealed class WorkOrderSubmission(WorkflowIndex index, RunIntake intake, DataclipQueries dataclips)
{
    /// <summary>Either the ids, once they are durable, or the problem.</summary>
    public async ValueTask<(AcceptedWorkOrder? Accepted, Problem? Problem)> SubmitAsync(
        Guid projectId, Submission submission, RunQueue queue, CancellationToken cancellationToken)
    {
        if (index.Workflow(submission.WorkflowId) is not { } workflow || workflow.ProjectId != projectId)
            return (null, Problem.Of(ProblemKinds.Invalid, "workflowId", "is no workflow of this project"));
        if (submission.Input.Length > intake.MaxInput(workflow, int.MaxValue))
            return (null, Problem.Of(ProblemKinds.BodyTooLarge, "The input is larger than the project's limits.payloadMb."));
        if (StartNode(workflow, submission.StartJob, out var startNode) is { } problem) return (null, problem);

        if (submission.InputDataclipId is { } clip
            && (await dataclips.FindAsync(clip, cancellationToken))?.ProjectId != projectId)
            return (null, Problem.Of(ProblemKinds.NotFound, "inputDataclipId is no dataclip of this project."));

        var (run, failure) = await intake.NewRunAsync(
            workflow, submission.IdempotencyKey, workflow.WorkflowId, submission.Body, cancellationToken);
        if (failure is not null) return (null, Problem.Of(failure));

        var start = new RunStart(startNode, null, queue, DataclipType.SavedInput, submission.Input, null)
        {
            StoredInput = submission.InputDataclipId,
            SingleJob = submission.OnlyStartJob,
        };
        var outcome = await intake.SubmitAsync(run, workflow, start, cancellationToken);
        return outcome is Outcome.Replied
            ? (new AcceptedWorkOrder(run.WorkOrderId, run.RunId), null)
            : (null, Problem.Of(outcome));
    }

    private static Problem? StartNode(WorkflowEntry workflow, string? startJob, out Guid node)
    {
        node = workflow.Trigger?.Id ?? workflow.RootJobId ?? Guid.Empty;
        if (startJob is null)
        {
            return node == Guid.Empty
                ? Problem.Of(ProblemKinds.Invalid, "startJob", "is needed: the workflow has no trigger and several first jobs")
                : null;
        }

        foreach (var job in workflow.Jobs)
        {
            if (job.Name != startJob && job.Id.ToString() != startJob) continue;
            node = job.Id;
            return null;
        }

        return Problem.Of(ProblemKinds.Invalid, "startJob", "names no job of the workflow");
    }
}
