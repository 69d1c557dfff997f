using Actors;
using Actors.Runs;
using Api.Dispatch;
using Cluster.Entities;

namespace Api.Intake;

/// <summary>Ids of a run that is about to be stored; known before, so that a waiter can be in place.</summary>
internal readonly record struct NewRun(Guid RunId, Guid WorkOrderId);

/// <summary>Where a run starts and what it starts with.</summary>
/// <param name="TriggerId">Null when a person or program started it and not the trigger.</param>
internal readonly record struct RunStart(
    Guid StartNodeId,
    Guid? TriggerId,
    RunQueue Queue,
    DataclipType InputType,
    ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte>? Request);

/// <summary>The one way into the cluster: makes a work order with its run. Called thousands of times per second.</summary>
internal sealed class RunIntake(IEntities entities, RecentBodies recent)
{
    /// <summary>The run's id lies in a shard of this node: no network hop.</summary>
    public NewRun NewRun() => new(entities.NewLocalId(), entities.NewLocalId());

    public ValueTask<Outcome> SubmitAsync(
        NewRun run, WorkflowEntry workflow, in RunStart start, CancellationToken cancellationToken)
    {
        var input = new DataclipBody(entities.NewLocalId(), start.InputType, start.Input, start.Request);
        // The claim follows in a moment: what it needs is kept at hand.
        recent.Add(input.Id, RunMaterial.ToInput(start.InputType == DataclipType.HttpRequest, start.Input, start.Request));
        var plan = new RunPlan(
            run.WorkOrderId,
            workflow.ProjectId,
            workflow.WorkflowId,
            workflow.Version,
            start.StartNodeId,
            start.TriggerId,
            input.Id,
            start.Queue == RunQueue.Default ? RunPriority.Normal : RunPriority.Immediate,
            workflow.Options,
            workflow.OnLoss)
        {
            Queue = start.Queue,
            Retries = workflow.Retries,
        };
        return entities.AskNewAsync(
            new EntityRef(EntityTypes.Run, run.RunId), new RunCommand.Create(plan, input), cancellationToken);
    }
}
