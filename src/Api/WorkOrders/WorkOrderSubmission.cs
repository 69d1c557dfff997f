using Actors.Runs;
using Api.Access;
using Api.Intake;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;

namespace Api.WorkOrders;

/// <summary>Submits work orders of people and programs: not those of triggers.</summary>
internal sealed class WorkOrderSubmission(WorkflowIndex index, RunIntake intake, DataclipQueries dataclips)
{
    /// <inheritdoc cref="RunIntake.IsFull" />
    public bool IsFull => intake.IsFull;

    /// <summary>Either the ids, once they are durable, or the problem.</summary>
    /// <param name="access">Whose order it is.</param>
    public async ValueTask<(AcceptedWorkOrder? Accepted, Problem? Problem)> SubmitAsync(
        Guid projectId, Submission submission, RunQueue queue, RequestAccess access, CancellationToken cancellationToken)
    {
        if (index.Workflow(submission.WorkflowId) is not { } workflow || workflow.ProjectId != projectId)
            return (null, Problem.Of(ProblemKinds.Invalid, "workflowId", "is no workflow of this project"));
        if (index.ShareOf(projectId).IsLeaving) return (null, Problem.Of(ProblemKinds.ProjectLeaving));
        if (Environment(projectId, submission.Environment, access, out var environment) is { } elsewhere) return (null, elsewhere);
        if (submission.Input.Length > intake.MaxInput(workflow, int.MaxValue))
            return (null, Problem.Of(ProblemKinds.BodyTooLarge, "The input is larger than the project's limits.payloadMb."));
        if (StartNode(workflow, submission.StartJob, out var startNode) is { } problem) return (null, problem);

        if (submission.InputDataclipId is { } clip && await InputAsync(projectId, clip, access, cancellationToken) is { } unusable)
            return (null, unusable);

        var (run, failure) = await intake.NewRunAsync(
            workflow, submission.IdempotencyKey, workflow.WorkflowId, submission.Body, cancellationToken);
        if (failure is not null) return (null, Problem.Of(failure));

        var start = new RunStart(startNode, null, queue, DataclipType.SavedInput, submission.Input, null)
        {
            StoredInput = submission.InputDataclipId,
            Large = submission.Large,
            SingleJob = submission.OnlyStartJob,
            Environment = environment,
        };
        var outcome = await intake.SubmitAsync(run, workflow, start, cancellationToken);
        return outcome is Outcome.Replied
            ? (new AcceptedWorkOrder(run.WorkOrderId, run.RunId), null)
            : (null, Problem.Of(outcome));
    }

    /// <summary>Before anything is stored: an order of an environment that is not the caller's leaves nothing behind (S0-22).</summary>
    private Problem? Environment(Guid projectId, string? given, RequestAccess access, out string environment)
    {
        var own = index.ShareOf(projectId).OwnEnvironments;
        environment = given ?? own.First;
        if (!own.Contains(environment)) return Problem.Of(ProblemKinds.Invalid, "environment", "is no environment of this project");
        return access.Refuses(Permission.RunWorkflows, environment) is { } refused
            ? Problem.Of(refused, $"The order would be one of the environment '{environment}'.")
            : null;
    }

    /// <summary>A stored input is read by the run, and by whoever reads the run: the caller must be one who may read it.</summary>
    private async Task<Problem?> InputAsync(Guid projectId, Guid dataclipId, RequestAccess access, CancellationToken cancellationToken)
    {
        if (await dataclips.FindAsync(dataclipId, cancellationToken) is not { } clip || clip.ProjectId != projectId)
            return Problem.Of(ProblemKinds.NotFound, "inputDataclipId is no dataclip of this project.");
        if (clip.WipedAt is not null) return Problem.Of(ProblemKinds.DataclipWiped);
        return access.Refuses(Permission.RunWorkflows, EnvironmentNames.Shown(clip.Environment)) is { } refused
            ? Problem.Of(refused, "inputDataclipId is a dataclip of another environment.")
            : null;
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
