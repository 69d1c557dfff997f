using Actors;
using Actors.Projects;
using Actors.Runs;
using Actors.Workflows;
using Api.Dispatch;
using Api.Intake;
using Api.Problems;
using Api.ReadModels;
using Api.WorkOrders;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Runs;

/// <summary>Which part of a run is repeated, and for whom.</summary>
/// <param name="Job">Name or id of a job.</param>
/// <param name="IsFromFailedStep">The last step that did not succeed is meant, if there is one.</param>
/// <param name="OperationId">The bulk operation that asks; it retries a work order once.</param>
internal readonly record struct RetryWish(Guid? StepId, string? Job, bool IsFromFailedStep, Guid? OperationId);

/// <summary>
/// Repeats finished runs as OpenFn does (openfn-protocol 11.5): a new run of the same work order with the newest version of
/// the workflow. An order has one unfinished run at most, so that its newest run decides its state. Two requests at once
/// make the same id (<see cref="RunRetry.NextRunId"/>) and only one of them its run.
/// </summary>
internal sealed class RunRetries(
    IEntities entities, RunQueries runs, WorkOrderQueries orders, DataclipQueries dataclips, WorkflowCache workflows, WorkflowIndex index)
{
    /// <summary>The new run once it is durable, or the problem.</summary>
    public async Task<(AcceptedWorkOrder? Accepted, Problem? Problem)> RetryAsync(
        Guid runId, RetryWish wish, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(runId, cancellationToken) is not { } run) return (null, Problem.Of(ProblemKinds.NotFound));
        if (index.ShareOf(run.ProjectId).IsLeaving) return (null, Problem.Of(ProblemKinds.ProjectLeaving));
        var counts = await runs.CountsAsync(run.WorkOrderId, wish.OperationId, cancellationToken);
        if (counts.OfOperation > 0) return (new AcceptedWorkOrder(run.WorkOrderId, runId), null);
        if (counts.Unfinished > 0) return (null, Problem.Of(ProblemKinds.WorkOrderUnfinished));
        if (counts.Runs >= RunRetry.MaxRuns) return (null, Problem.Of(ProblemKinds.TooManyRuns));

        if (index.Workflow(run.WorkflowId) is not { } entry
            || await workflows.GetAsync(entry.WorkflowId, entry.Version, cancellationToken) is not { } workflow)
            return (null, Problem.Of(ProblemKinds.WorkflowDeleted));
        var steps = await runs.StepsAsync(runId, cancellationToken);
        var (step, unknown) = StartStep(workflow, steps, wish);
        if (unknown is not null) return (null, unknown);

        var start = step?.JobId ?? run.StartNodeId;
        if (!WorkflowCone.Has(workflow, start)) return (null, Problem.Of(ProblemKinds.JobGone));
        if (!await IsInputKeptAsync(run, step, steps, cancellationToken)) return (null, Problem.Of(ProblemKinds.DataclipWiped));
        if (await orders.FindAsync(run.WorkOrderId, cancellationToken) is not { } order) return (null, Problem.Of(ProblemKinds.NotFound));

        var plan = Plan(run, step, order, entry, start, wish.OperationId, index.ShareOf(run.ProjectId).Storage);
        var reused = plan.SingleJob ? [] : RunRetry.Reused(steps.Where(IsEnded).Select(Reused), WorkflowCone.Of(workflow, start));
        return await CreateAsync(plan, (int)counts.Runs, reused.IsEmpty ? null : reused, cancellationToken);
    }

    private async Task<(AcceptedWorkOrder? Accepted, Problem? Problem)> CreateAsync(
        RunPlan plan, int number, System.Collections.Immutable.ImmutableArray<ReusedStep>? reused, CancellationToken cancellationToken)
    {
        var id = RunRetry.NextRunId(plan.WorkOrderId, number, ShardOf(plan));
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.Run, id), new RunCommand.Create(plan, null) { Reused = reused }, cancellationToken);
        return outcome switch
        {
            Outcome.Replied => (new AcceptedWorkOrder(plan.WorkOrderId, id), null),
            Outcome.Refused { Refusal.Code: RunRefusals.ExistsCode } =>
                (null, Problem.Of(ProblemKinds.WorkOrderUnfinished, "Another retry came first.")),
            _ => (null, Problem.Of(outcome)),
        };
    }

    /// <summary>Runs with a limit lie in the shard of their project, where they are counted.</summary>
    private int ShardOf(RunPlan plan) =>
        ShardMap.ShardOf(index.LimitsOf(plan.ProjectId, plan.WorkflowId).Any ? plan.ProjectId : plan.WorkOrderId);

    private static RunPlan Plan(
        RunRow run, StepRow? step, WorkOrderRow order, WorkflowEntry workflow, Guid start, Guid? operationId, RetentionPolicy storage) =>
        new(
            run.WorkOrderId,
            run.ProjectId,
            run.WorkflowId,
            workflow.Version,
            start,
            null,
            step is null ? run.InputDataclipId : step.InputDataclipId,
            operationId is null ? RunPriority.Immediate : RunPriority.Normal,
            workflow.Options,
            workflow.OnLoss)
        {
            // Many at once must not stand before what comes in meanwhile.
            Queue = operationId is null ? RunQueue.Manual : RunQueue.Default,
            Retries = workflow.Retries,
            Environment = run.Environment,
            SingleJob = step is null && run.SingleJob == true,
            Storage = storage,
            RetryOf = new RetryOf(
                run.Id,
                step?.StepId,
                new OrderFacts(order.WorkflowVersion, order.TriggerId, order.DataclipId, order.CreatedAt),
                Guid.NewGuid(),
                operationId),
        };

    /// <summary>The step to start from; null for the run's own start.</summary>
    private static (StepRow? Step, Problem? Problem) StartStep(Workflow workflow, List<StepRow> steps, RetryWish wish)
    {
        if (wish.StepId is { } id)
        {
            var step = steps.Find(step => step.StepId == id);
            return (step, step is null ? Problem.Of(ProblemKinds.Invalid, "step", "is no step of this run") : null);
        }

        if (wish.Job is { } name)
        {
            var job = workflow.Jobs.FirstOrDefault(job => job.Name == name || job.Id.ToString() == name);
            var step = steps.FindLast(step => step.JobId == job?.Id || step.JobId.ToString() == name);
            return (step, step is null ? Problem.Of(ProblemKinds.Invalid, "job", "names no job that this run executed") : null);
        }

        return (wish.IsFromFailedStep ? steps.FindLast(IsFailed) : null, null);
    }

    /// <summary>The step that a run began with may have had no input; any other had one, kept or not.</summary>
    private async Task<bool> IsInputKeptAsync(RunRow run, StepRow? step, List<StepRow> steps, CancellationToken cancellationToken)
    {
        var isFirst = step is null || step == steps.Find(static step => step.Reused != true);
        return (step is null ? run.InputDataclipId : step.InputDataclipId) is { } input
            ? await dataclips.FindAsync(input, cancellationToken) is { WipedAt: null }
            : isFirst && run.InputDataclipId is null;
    }

    private static bool IsFailed(StepRow step) =>
        step.Reused != true && step.ExitReason is { } reason && reason != ExitReason.Success.ToWire();

    private static bool IsEnded(StepRow step) => step.ExitReason is not null;

    private static ReusedStep Reused(StepRow step) => new(
        step.StepId,
        step.JobId,
        Words.Parse<ExitReason>(step.ExitReason!),
        step.InputDataclipId,
        step.OutputDataclipId,
        step.OutputLost ?? false,
        step.ErrorType,
        step.ErrorMessage,
        step.StartedAt,
        step.FinishedAt,
        step.DurationMs,
        step.MemoryBytes);
}
