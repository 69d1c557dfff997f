using System.Text;
using Actors;
using Actors.Dispatch;
using Actors.Projects;
using Actors.Runs;
using Actors.Submissions;
using Api.Dispatch;
using Api.Unstored;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Intake;

/// <summary>Ids of a run that is about to be stored; known before, so that a waiter can be in place.</summary>
/// <param name="IsReserved">An idempotency key stands for it: it may exist already.</param>
internal readonly record struct NewRun(Guid RunId, Guid WorkOrderId, bool IsReserved = false);

/// <summary>Where a run starts and what it starts with.</summary>
/// <param name="TriggerId">Null when a person or program started it and not the trigger.</param>
internal readonly record struct RunStart(
    Guid StartNodeId,
    Guid? TriggerId,
    RunQueue Queue,
    DataclipType InputType,
    ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte>? Request)
{
    /// <summary>A dataclip that exists already, in place of the input.</summary>
    public Guid? StoredInput { get; init; }

    /// <summary>The memory of a large input, which is released once it is stored: nobody reads the input then. Null for a small one.</summary>
    public LargeBody? Large { get; init; }

    /// <summary>The start node is a job that is executed alone.</summary>
    public bool SingleJob { get; init; }

    /// <summary>One of the project's; null for that of the trigger that starts the run, or else the project's first.</summary>
    public string? Environment { get; init; }
}

/// <summary>The one way into the cluster: makes a work order with its run. Called thousands of times per second.</summary>
internal sealed class RunIntake(
    IEntities entities, EntityFigures figures, WorkflowIndex index, ReadyRuns ready, RecentBodies recent, BodyHashes hashes)
{
    /// <summary>The run's id lies in a shard of this node: no network hop. But if the workflow or its project has a limit of
    /// active runs, it lies in the project's home shard, whose owner alone decides which of them may start.</summary>
    public NewRun NewRun(WorkflowEntry workflow)
    {
        var isLimited = index.LimitsOf(workflow.ProjectId, workflow.WorkflowId).Any;
        var runId = isLimited ? entities.NewId(ShardMap.ShardOf(workflow.ProjectId)) : entities.NewLocalId();
        return new NewRun(runId, entities.NewLocalId());
    }

    /// <summary>An order would be refused: it is refused before its body is read, so that refusals leave the processor to what was accepted.</summary>
    public bool IsFull => figures.IsFull;

    /// <summary>Nothing begins any more in the workflow's project.</summary>
    public bool IsLeaving(WorkflowEntry workflow) => index.ShareOf(workflow.ProjectId).IsLeaving;

    /// <summary>Largest input in bytes of a run of the workflow, of what the node takes.</summary>
    public int MaxInput(WorkflowEntry workflow, int node) => index.ShareOf(workflow.ProjectId).MaxInput(node);

    /// <summary>The ids that the caller's idempotency key stands for; new ones without a key.</summary>
    /// <param name="target">The workflow or trigger that the request was sent to.</param>
    /// <returns>The ids, or why there are none.</returns>
    public async ValueTask<(NewRun Run, Outcome? Failure)> NewRunAsync(
        WorkflowEntry workflow, string? key, Guid target, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var run = NewRun(workflow);
        if (key is null) return (run, null);
        var outcome = await entities.AskAsync(
            new EntityRef(EntityTypes.Submission, IdempotencyKey.ToId(workflow.ProjectId, key)),
            new SubmissionCommand.Reserve(new Reservation(Fingerprint(workflow.ProjectId, target, body.Span), run.RunId, run.WorkOrderId)),
            cancellationToken);
        return outcome is Outcome.Replied { Reply: SubmissionReply.Reserved { Reservation: var reserved } }
            ? (new NewRun(reserved.RunId, reserved.WorkOrderId, IsReserved: true), null)
            : (run, outcome);
    }

    public ValueTask<Outcome> SubmitAsync(
        NewRun run, WorkflowEntry workflow, in RunStart start, CancellationToken cancellationToken)
    {
        if (IsFull) return ValueTask.FromResult<Outcome>(Outcome.Overloaded.Instance);
        var input = start.StoredInput is null ? NewInput(start) : null;
        if (input is not null && IsKeptAtHand(workflow, start))
        {
            recent.Add(input.Id, new RunInput(start.InputType == DataclipType.HttpRequest, start.Input, start.Request));
        }

        return FirstAsync(run, new RunCommand.Create(PlanOf(run.WorkOrderId, workflow, start, input?.Id), input), start.Large, cancellationToken);
    }

    /// <summary>Stores the work order without a run, because a limit is reached.</summary>
    public ValueTask<Outcome> RejectAsync(
        NewRun run, WorkflowEntry workflow, in RunStart start, string reason, CancellationToken cancellationToken)
    {
        var input = NewInput(start);
        var reject = new RunCommand.Reject(PlanOf(run.WorkOrderId, workflow, start, input.Id), input, reason);
        return FirstAsync(run, reject, start.Large, cancellationToken);
    }

    /// <summary>The fixed description of a run that begins as <paramref name="start"/> says.</summary>
    public RunPlan PlanOf(Guid workOrderId, WorkflowEntry workflow, in RunStart start, Guid? inputId)
    {
        var share = index.ShareOf(workflow.ProjectId);
        var ofTrigger = start.TriggerId is null ? null : workflow.Trigger?.Environment;
        return new(
            workOrderId,
            workflow.ProjectId,
            workflow.WorkflowId,
            workflow.Version,
            start.StartNodeId,
            start.TriggerId,
            inputId ?? start.StoredInput,
            start.Queue == RunQueue.Default ? RunPriority.Normal : RunPriority.Immediate,
            share.Narrow(workflow.Options),
            workflow.OnLoss)
        {
            Queue = start.Queue,
            SingleJob = start.SingleJob,
            Retries = workflow.Retries,
            Storage = share.Storage,
            Environment = EnvironmentSet.Carried(start.Environment ?? ofTrigger ?? share.OwnEnvironments.First),
        };
    }

    /// <summary>Whether the claim follows in a moment, so that what it needs is kept.</summary>
    private bool IsKeptAtHand(WorkflowEntry workflow, in RunStart start) =>
        recent.Takes(start.Input.Length)
        && ready.IsNear(new Backlog(workflow.WorkflowId, start.Queue))
        && !index.ShareOf(workflow.ProjectId).StoresNothing;

    /// <summary>It is stored: of a project that stores nothing it must not let anybody try what the body was.</summary>
    private string Fingerprint(Guid projectId, Guid target, ReadOnlySpan<byte> body)
    {
        var plain = IdempotencyKey.Fingerprint(target, body);
        return index.ShareOf(projectId).StoresNothing ? hashes.Of(projectId, Encoding.ASCII.GetBytes(plain)) : plain;
    }

    private ValueTask<Outcome> FirstAsync(NewRun run, RunCommand first, LargeBody? large, CancellationToken cancellationToken)
    {
        var asked = FirstAsync(run, first, cancellationToken);
        return large is null ? asked : ReleaseAsync(asked, large);
    }

    /// <summary>An answer means that everything is stored, and that neither entity nor journal reads the input any more. After any other
    /// outcome one of them may: it may have come too late, or be unknown.</summary>
    private static async ValueTask<Outcome> ReleaseAsync(ValueTask<Outcome> asked, LargeBody large)
    {
        var outcome = await asked;
        if (outcome is Outcome.Replied) large.Release();
        return outcome;
    }

    private ValueTask<Outcome> FirstAsync(NewRun run, RunCommand first, CancellationToken cancellationToken)
    {
        var entity = new EntityRef(EntityTypes.Run, run.RunId);
        return run.IsReserved
            ? OnceAsync(entity, first, run.WorkOrderId, cancellationToken)
            : entities.AskNewAsync(entity, first, cancellationToken);
    }

    /// <summary>The request may be a repeat. A run that exists is the one that its first made.</summary>
    private async ValueTask<Outcome> OnceAsync(
        EntityRef run, RunCommand first, Guid workOrderId, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(run, first, cancellationToken);
        return outcome is Outcome.Refused { Refusal.Code: RunRefusals.ExistsCode }
            ? new Outcome.Replied(new RunReply.Created(workOrderId))
            : outcome;
    }

    private DataclipBody NewInput(in RunStart start) =>
        new(entities.NewLocalId(), start.InputType, start.Input, start.Request);
}
