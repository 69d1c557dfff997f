using System.Collections.Immutable;
using System.Text;
using Actors.Runs;
using Actors.Workflows;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Support;

/// <summary>A run to begin a scenario with, and short names for what happens to it.</summary>
internal static class ARun
{
    public static readonly Guid RunId = Id(1);
    public static readonly Guid WorkOrderId = Id(2);
    public static readonly Guid InputId = Id(3);
    public static readonly Guid JobA = Id(10);
    public static readonly Guid JobB = Id(11);
    public static readonly Guid StepA = Id(20);
    public static readonly Guid StepB = Id(21);
    public static readonly Guid OutputA = Id(30);

    /// <summary>When the command of a scenario is taken.</summary>
    public static readonly DateTimeOffset Now = At(1000);

    public static readonly RunPlan Plan = new(
        WorkOrderId,
        ProjectId: Id(4),
        WorkflowId: Id(5),
        WorkflowVersion: 7,
        StartNodeId: Id(6),
        TriggerId: Id(6),
        InputId,
        RunPriority.Normal,
        new RunOptions(300_000, 500, true),
        LossPolicy.Resume);

    public static Scenario<RunState, RunCommand, RunEvent> Given(params IEnumerable<RunEvent> events) =>
        With(new RunSettings()).Given(events);

    public static Scenario<RunState, RunCommand, RunEvent> With(RunSettings settings) =>
        new(new RunBehavior(settings), new RunCodec(), new EntityRef(EntityTypes.Run, RunId), Now);

    public static RunEvent Created(LossPolicy onLoss = LossPolicy.Resume) =>
        new RunEvent.Created(Plan with { OnLoss = onLoss }, At(0)) { RunId = RunId };

    public static RunEvent Claimed(int attempt = 1) => new RunEvent.Claimed(attempt, "worker-1", At(attempt * 10));

    public static RunEvent Reported(int next, params ImmutableArray<RunFact> facts) => new RunEvent.Reported(1, next, facts);

    public static RunEvent Requeued(int attempt = 1, bool keepSteps = true) =>
        new RunEvent.Requeued(attempt, "worker gone", keepSteps, At((attempt * 10) + 5));

    /// <summary>Claimed, started, step A open; three events reported.</summary>
    public static RunEvent[] WithOpenStep(LossPolicy onLoss = LossPolicy.Resume) =>
        [Created(onLoss), Claimed(), Reported(2, Started(), StepStarted())];

    public static RunEvent[] Succeeded() => [Created(), Claimed(), Reported(2, Started(), Completed(RunStatus.Success))];

    public static RunFact Started(string? versions = null) => new RunFact.Started(At(11), versions);

    public static RunFact StepStarted(DateTimeOffset? at = null) =>
        new RunFact.StepStarted(at ?? At(12), StepA, JobA, InputId);

    public static RunFact StepCompleted(bool outputLost = false) =>
        new RunFact.StepCompleted(
            At(14), StepA, JobA, ExitReason.Success, null, null, outputLost ? null : OutputA, outputLost, 2000, 5_000_000);

    public static RunFact Completed(RunStatus status, params ImmutableArray<OpenStep> lost) =>
        new RunFact.Completed(At(15), status, null, null, null) { LostSteps = lost };

    public static OpenStep OpenA(int attempt = 1) => new(StepA, JobA, attempt, At(12), InputId);

    public static RunCommand Report(int from, params ImmutableArray<RunReport> reports) =>
        new RunCommand.Report(1, from, reports);

    public static RunReport Start() => new RunReport.Start(At(11), null);

    public static RunReport StepStart() => new RunReport.StepStart(At(12), StepA, JobA, InputId);

    public static RunReport Log(string message) => new RunReport.Log(At(13), "JOB", "info", $"[\"{message}\"]", StepA);

    public static RunReport StepComplete(DataclipBody? output = null, long durationMs = 2000) =>
        new RunReport.StepComplete(
            At(14), StepA, JobA, ExitReason.Success, null, null, output, false, durationMs, 5_000_000);

    public static RunReport Complete(ExitReason reason = ExitReason.Success) =>
        new RunReport.Complete(At(15), reason, null, null, null, null);

    public static DataclipBody Output(Guid id) =>
        new(id, DataclipType.StepResult, Encoding.UTF8.GetBytes("""{"data":1}"""), null);
}
