using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Runs;

/// <summary>What a run decides. Reports and losses, which have more rules, have files of their own.</summary>
internal static class RunDecider
{
    public static Decision<RunEvent> Decide(
        RunState state, RunCommand command, in DecisionContext context, RunSettings settings)
    {
        if (command is RunCommand.Create create) return Create(state, create, context);
        if (command is RunCommand.Reject reject) return Reject(state, reject, context);
        if (state.Status == RunStatus.Absent) return RunRefusals.NotFound(context.Entity.Id);

        return command switch
        {
            RunCommand.Claim claim => Claim(state, claim, context.Now),
            RunCommand.Report report => RunReporting.Report(state, report, settings),
            RunCommand.Abandon abandon => RunLoss.Abandon(state, abandon, context.Now, settings),
            RunCommand.GiveBack giveBack => RunLoss.GiveBack(state, giveBack, context.Now, settings),
            RunCommand.Enter enter => RunReporting.Enter(state, enter),
            RunCommand.Cancel => Cancel(state, context.Now),
            RunCommand.ReadBody => Decision<RunEvent>.Answer(new RunReply.Body(null)),
            RunCommand.LoseBodies lose => RunLoss.LoseBodies(state, lose, context.Now),
            RunCommand.EraseMessages => RunErasing.Decide(state),
            RunCommand.Look => Decision<RunEvent>.Answer(new RunReply.Present(state)),
            _ => throw new UnreachableException(),
        };
    }

    private static Decision<RunEvent> Create(RunState state, RunCommand.Create create, in DecisionContext context)
    {
        var plan = create.Plan;
        if (state.Status != RunStatus.Absent)
        {
            return plan == state.Plan
                ? Decision<RunEvent>.Answer(new RunReply.Created(plan.WorkOrderId))
                : RunRefusals.Exists(context.Entity.Id);
        }

        if (create.Reused is { Length: > RunRetry.MaxReused }) return RunRefusals.TooManyReused();

        var created = new RunEvent.Created(plan, context.Now) { RunId = context.Entity.Id, Reused = create.Reused };
        return Begin(plan, create.Input, RunStorage.Strip(created));
    }

    private static Decision<RunEvent> Reject(RunState state, RunCommand.Reject reject, in DecisionContext context)
    {
        if (state.Status != RunStatus.Absent) return RunRefusals.Exists(context.Entity.Id);

        var rejected = new RunEvent.Rejected(reject.Plan, reject.Reason, context.Now) { RunId = context.Entity.Id };
        return Begin(reject.Plan, reject.Input, rejected);
    }

    private static Decision<RunEvent> Begin(RunPlan plan, DataclipBody? input, RunEvent first)
    {
        if (input is not null && input.Id != plan.InputDataclipId) return RunRefusals.InputNotOfPlan();

        ImmutableArray<Attachment> attachments = input is null ? [] : [RunStorage.Of(plan, input)];
        return Decision<RunEvent>.Persist(first, new RunReply.Created(plan.WorkOrderId)).With(attachments);
    }

    private static Decision<RunEvent> Claim(RunState state, RunCommand.Claim claim, DateTimeOffset now)
    {
        if (state.Status != RunStatus.Available) return RunRefusals.NotAvailable(state);

        var claimed = new RunEvent.Claimed(state.Attempt + 1, claim.Worker, now);
        return Decision<RunEvent>.Persist(claimed, new RunReply.Claimed(RunEvolver.Evolve(state, claimed)));
    }

    private static Decision<RunEvent> Cancel(RunState state, DateTimeOffset now)
    {
        if (state.IsFinal) return RunRefusals.Final(state);

        var ended = new RunEvent.Ended(RunStatus.Cancelled, null, null, now) { LostSteps = state.OpenSteps };
        return Decision<RunEvent>.Persist(ended, RunReply.Done.Instance);
    }
}
