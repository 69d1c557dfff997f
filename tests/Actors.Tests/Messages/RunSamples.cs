using System.Collections.Immutable;
using System.Text;
using Actors.Projects;
using Actors.Runs;
using Actors.Workflows;
using static Actors.Tests.Support.ARun;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of a run: each with every optional part, and without.</summary>
internal static class RunSamples
{
    private const string Awkward = "ü \"<&>\" \\ \n \u2028 \U0001F600";

    private static readonly DataclipBody Request = new(
        InputId, DataclipType.HttpRequest, Bytes("""{"a":"ü"}"""), Bytes("""{"method":"POST"}"""));

    private static readonly DataclipBody Empty = new(Id(31), DataclipType.Global, default, ReadOnlyMemory<byte>.Empty);

    private static readonly RunPlan BarePlan = Plan with
    {
        TriggerId = null,
        InputDataclipId = null,
        Priority = RunPriority.Immediate,
        Queue = RunQueue.FastLane,
        Options = new RunOptions(1_000, 64, false) { PayloadLimitMb = 2 },
        Retries = new JobRetries([new JobRetry(JobA, new RetryPolicy(3, 1_000, 60_000))]),
        OnLoss = LossPolicy.Lost,
    };

    private static readonly RunPlan RetryPlan = Plan with
    {
        SingleJob = true,
        RetryOf = new RetryOf(Id(40), StepA, new OrderFacts(6, Id(6), InputId, At(-9)), Id(41), Id(42)),
    };

    private static readonly ReusedStep Reused = new(
        StepB, JobB, ExitReason.Fail, InputId, OutputA, true, "JobError", Awkward, At(1), At(2), 1000, 5);

    private static readonly FinishedStep Finished = new(
        StepB, JobB, ExitReason.Crash, OutputA, true, "TypeError", Awkward)
    {
        Attempt = 2,
        StartedAt = At(12.3456789),
        InputDataclipId = InputId,
        Retry = true,
    };

    private static readonly RunState FullState = new(
        RunStatus.Failed,
        Plan,
        3,
        "worker-1",
        17,
        [OpenA(), new OpenStep(StepB, JobB, 2, At(13), null)],
        [Finished, new FinishedStep(StepA, JobA, ExitReason.Success, null, false, null, null)],
        "RuntimeError",
        Awkward,
        Id(32),
        At(0),
        At(1).ToOffset(TimeSpan.FromHours(5.5)),
        At(2),
        DateTimeOffset.MaxValue)
    {
        Id = RunId,
        EndedByAttempt = true,
        NotLost = 1,
        WebhookResponseId = Id(35),
        NotBefore = At(60),
        Entry = 3,
    };

    public static MessageSet Set { get; } = new(
        "run", new RunMessages(), [typeof(RunCommand), typeof(RunReply)], Commands(), Replies());

    private static object[] Commands() =>
    [
        new RunCommand.Create(Plan, Request),
        new RunCommand.Create(BarePlan, null),
        new RunCommand.Create(RetryPlan, null)
        {
            Reused = [Reused, new ReusedStep(StepA, JobA, ExitReason.Success, null, null, false, null, null, At(1), null, null, null)],
        },
        new RunCommand.Create(
            Plan with { RetryOf = new RetryOf(Id(40), null, new OrderFacts(6, null, null, At(-9)), Id(41), null) }, null),
        new RunCommand.Claim(Awkward),
        new RunCommand.Report(2, 5, Reports()),
        new RunCommand.Report(1, 0, []),
        new RunCommand.Abandon(1, "worker gone"),
        new RunCommand.GiveBack(1, "not joined"),
        new RunCommand.Enter(2),
        new RunCommand.Report(2, 0, []) { Entry = 3 },
        new RunCommand.Cancel(),
        new RunCommand.Look(),
        new RunCommand.Reject(
            Plan with { ScheduledFor = At(60), Options = Plan.Options with { PayloadLimitMb = 5 } }, Request, "too_many_runs"),
        new RunCommand.Reject(BarePlan, null, ""),
        new RunCommand.Create(BarePlan with { Environment = "staging" }, null),
        new RunCommand.Create(BarePlan with { Storage = RetentionPolicy.EraseAll }, null),
        new RunCommand.ReadBody(InputId),
        new RunCommand.LoseBodies(2),
        new RunCommand.EraseMessages(),
    ];

    private static ImmutableArray<RunReport> Reports() =>
    [
        new RunReport.Start(At(11), """{"node":"22.1.0"}"""),
        new RunReport.Start(At(11), null),
        new RunReport.StepStart(At(12), StepA, JobA, InputId),
        new RunReport.StepStart(At(12), StepA, JobA, null),
        new RunReport.Log(At(13), "JOB", "info", $"""["{Awkward}"]""", StepA),
        new RunReport.Log(At(13), "", "", "", null),
        new RunReport.StepComplete(
            At(14), StepA, JobA, ExitReason.Fail, "TypeError", Awkward, Empty, false, long.MaxValue, 5_000_000),
        (RunReport.StepComplete)StepComplete(Output(OutputA)) with
        {
            WebhookResponse = new DataclipBody(Id(35), DataclipType.WebhookResponse, Bytes("""{"status":201}"""), null),
        },
        StepComplete(),
        new RunReport.Complete(At(15), ExitReason.Kill, "OOMError", "too big", Output(Id(33)), Id(34)),
        Complete(),
    ];

    private static object[] Replies() =>
    [
        new RunReply.Created(WorkOrderId),
        new RunReply.Claimed(FullState),
        new RunReply.Accepted(int.MaxValue),
        new RunReply.Present(RunState.Absent),
        new RunReply.Present(FullState with { WebhookResponseId = Id(35) }),
        new RunReply.Present(FullState with { Plan = BarePlan, Status = RunStatus.Available, OpenSteps = [] }),
        new RunReply.Done(),
        new RunReply.Body(Request),
        new RunReply.Body(null),
    ];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
