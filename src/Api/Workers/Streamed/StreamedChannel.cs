using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors;
using Actors.Dispatch;
using Actors.Runs;
using Api.Dispatch;
using Api.Workers.Scrubbing;
using Api.Workers.Socket;
using Cluster.Entities;

namespace Api.Workers.Streamed;

/// <summary>What the parts of the streamed dialect need of the node.</summary>
internal sealed record StreamedParts(
    ReadyRuns Ready, Executions Executions, LeaseRenewal Renewal, RunScrubbers Scrubbers, IEntities Entities, TimeProvider Time,
    ILogger<StreamedChannel> Logger);

/// <summary>
/// <c>worker:queue</c> of the cluster's own worker: demand flows up, runs flow down, reports flow up
/// (docs/worker-protocol.md). Runs need no channels of their own.
/// </summary>
internal sealed class StreamedChannel(WorkerSession session, ReadOnlyMemory<byte> joinRef, StreamedParts parts)
    : SocketChannel, IRunTaker, IRunHolder
{
    public const string Extension = "streamed-runs.v1";
    private const string Topic = "worker:queue";
    private const int MaxDemand = 1_000;
    private const int RetryAfterMs = 200;
    private readonly SemaphoreSlim _reports = new(session.Bounds.ReportsInFlight);

    public WorkerSession Session => session;

    public string WorkerId => session.WorkerId;

    public QueuePreference Preference => QueuePreference.Any;

    public bool CanWait => true;

    public bool WantsAnother() => !session.IsClosed;

    public void Spend(int units)
    {
        // A worker that streams waits for as long as it is there.
    }

    public bool TryHandOver(PreparedRun run)
    {
        var state = run.State;
        parts.Executions.Grant(run.RunId, state.Attempt, this, RunTimes.Longest(state.Plan!), Scrubber.For(run.Credentials.Values));
        if (session.TrySend(RunPush.Write(joinRef, run))) return true;

        parts.Executions.Release(this, run.RunId, state.Attempt);
        return false;
    }

    public void Stop(Guid runId, int attempt) => session.TrySend(PhoenixReply.Push(joinRef, Topic, "cancel", 0, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("run_id"u8, runId);
        writer.WriteNumber("attempt"u8, attempt);
        writer.WriteEndObject();
    }));

    public void Expire(Guid runId, int attempt) => Stop(runId, attempt);

    /// <summary>Ends when the next frames may be handled, which is not yet when a report is durable.</summary>
    public override async ValueTask HandleAsync(IReadOnlyList<PhoenixFrame> frames)
    {
        foreach (var frame in frames) await HandleAsync(frame).ConfigureAwait(false);
    }

    public override ValueTask EndAsync(ChannelEnd end)
    {
        parts.Ready.Forget(this);
        return ValueTask.CompletedTask;
    }

    private ValueTask HandleAsync(PhoenixFrame frame) => frame.Event switch
    {
        "demand" => DemandAsync(frame),
        "run:events" => ReportAsync(frame),
        "drain" => DrainAsync(frame),
        _ => session.SendAsync(PhoenixReply.Error(frame, "unknown event")),
    };

    /// <summary>The worker names what it executes; the answer names what of it is not its any more.</summary>
    public async ValueTask WelcomeAsync(PhoenixFrame join, IReadOnlyList<HeldRun> held)
    {
        var drop = await ResumeAsync(held).ConfigureAwait(false);
        var response = JsonSerializer.SerializeToUtf8Bytes(new QueueJoined([Extension], drop), WorkerJson.Default.QueueJoined);
        await session.SendAsync(PhoenixReply.Ok(join, response)).ConfigureAwait(false);
    }

    /// <returns>Which of the runs are not the worker's any more.</returns>
    private async Task<IReadOnlyList<Guid>> ResumeAsync(IReadOnlyList<HeldRun> held)
    {
        if (held.Count == 0) return [];

        var drop = await parts.Renewal.AskAsync(held, session.Closed).ConfigureAwait(false);
        parts.Executions.Resume(this, held.Where(run => !drop.Contains(run.RunId)));

        // The socket may have ended since the question was asked: then what it had was let go already.
        if (session.IsClosed) parts.Executions.Orphan(session);
        return drop;
    }

    private async ValueTask DemandAsync(PhoenixFrame frame)
    {
        if (Parse(frame, WorkerJson.Default.DemandRequest) is not { Demand: >= 1 and <= MaxDemand } request)
        {
            await session.SendAsync(PhoenixReply.Error(frame, "invalid")).ConfigureAwait(false);
            return;
        }

        // The reply leaves before the first run that the demand brings.
        await session.SendAsync(PhoenixReply.Ok(frame)).ConfigureAwait(false);
        parts.Ready.AddDemand(this, request.Demand);
    }

    private ValueTask DrainAsync(PhoenixFrame frame)
    {
        if (Parse(frame, WorkerJson.Default.DrainRequest) is not { } drain)
        {
            return session.SendAsync(PhoenixReply.Error(frame, "invalid"));
        }

        parts.Ready.Forget(this);
        foreach (var run in drain.Returned ?? [])
        {
            Release(run, new RunCommand.GiveBack(run.Attempt, "given back by its worker"));
        }

        return session.SendAsync(PhoenixReply.Ok(frame));
    }

    /// <summary>The worker does not execute the attempt any more: it returned it, or stops it as the protocol says.</summary>
    private void Release(HeldRun run, RunCommand verdict)
    {
        if (parts.Executions.Find(session, run.RunId, run.Attempt) is null) return;
        parts.Executions.Release(run.RunId);
        parts.Entities.Tell(new EntityRef(EntityTypes.Run, run.RunId), verdict);
    }

    /// <summary>Reads and posts the report before the next frame is read, so that a run's reports keep their order;
    /// the reply follows its commit.</summary>
    private async ValueTask ReportAsync(PhoenixFrame frame)
    {
        RunEventsFrame events;
        try
        {
            events = ReportReader.Read(frame.Payload.Span, parts.Time.GetUtcNow(), NewId);
        }
        catch (ProtocolException e)
        {
            DispatchLog.ProtocolBroken(parts.Logger, session.WorkerId, e.Message);
            if (e.Run is { } broken)
            {
                Release(broken, new RunCommand.Abandon(broken.Attempt, "its worker broke the protocol"));
            }

            await session.SendAsync(PhoenixReply.Error(frame, "invalid")).ConfigureAwait(false);
            return;
        }

        if (parts.Executions.Find(session, events.RunId, events.Attempt) is not { } execution)
        {
            await session.SendAsync(Refuse(frame, new ReportRefused("stale_attempt", null, null))).ConfigureAwait(false);
            return;
        }

        // Waiting here fills the socket's room, which stops reading: a worker that reports faster than the store commits is
        // held back.
        await _reports.WaitAsync().ConfigureAwait(false);
        var answer = frame with { Text = default, JoinRef = frame.JoinRef.ToArray(), Ref = frame.Ref.ToArray(), Payload = default };
        _ = AnswerAsync(answer, events, await StoreAsync(events, execution).ConfigureAwait(false));
    }

    /// <returns>The outcome to come; the report is in the run's mailbox already.</returns>
    private async Task<Task<Outcome>> StoreAsync(RunEventsFrame events, Execution execution)
    {
        try
        {
            var scrubber = await parts.Scrubbers.ForAsync(events.RunId, execution).ConfigureAwait(false);
            return parts.Entities.AskAsync(
                new EntityRef(EntityTypes.Run, events.RunId),
                new RunCommand.Report(events.Attempt, events.From, scrubber.Scrub(events.Reports)),
                CancellationToken.None).AsTask();
        }
        catch (Exception e)
        {
            DispatchLog.ReportFailed(parts.Logger, events.RunId, e);
            return Task.FromResult<Outcome>(new Outcome.Unavailable("the run's secrets could not be read"));
        }
    }

    private async Task AnswerAsync(PhoenixFrame frame, RunEventsFrame events, Task<Outcome> pending)
    {
        try
        {
            var outcome = await pending.ConfigureAwait(false);
            if (IsOver(events, outcome))
            {
                parts.Executions.Release(events.RunId, events.Attempt);
            }

            await session.SendAsync(ToReply(frame, outcome)).ConfigureAwait(false);
        }
        finally
        {
            _reports.Release();
        }
    }

    /// <summary>Whether the worker has nothing more to do with the attempt.</summary>
    private static bool IsOver(in RunEventsFrame events, Outcome outcome) => outcome switch
    {
        Outcome.Replied => events.Reports.Any(static report => report is RunReport.Complete),
        Outcome.Refused { Refusal: { Code: "stale_attempt" or "run_final" } or { Kind: RefusalKind.NotFound } } => true,
        _ => false,
    };

    private static OutgoingFrame ToReply(in PhoenixFrame frame, Outcome outcome) => outcome switch
    {
        Outcome.Replied { Reply: RunReply.Accepted accepted } => PhoenixReply.Ok(
            frame, JsonSerializer.SerializeToUtf8Bytes(new ReportAccepted(accepted.Next), WorkerJson.Default.ReportAccepted)),
        Outcome.Refused { Refusal.Code: "gap" } refused => Refuse(frame, new ReportRefused("gap", RunRefusals.ExpectedNumber(refused.Refusal), null)),
        Outcome.Refused { Refusal.Code: "stale_attempt" or "run_final" } refused =>
            Refuse(frame, new ReportRefused(refused.Refusal.Code, null, null)),
        Outcome.Refused { Refusal.Kind: RefusalKind.NotFound } => Refuse(frame, new ReportRefused("not_found", null, null)),
        Outcome.Refused => Refuse(frame, new ReportRefused("invalid", null, null)),
        _ => Refuse(frame, new ReportRefused("overloaded", null, RetryAfterMs)),
    };

    private static OutgoingFrame Refuse(in PhoenixFrame frame, ReportRefused refused) =>
        PhoenixReply.Reply(frame, "error"u8, JsonSerializer.SerializeToUtf8Bytes(refused, WorkerJson.Default.ReportRefused));

    private Guid NewId() => Guid.CreateVersion7(parts.Time.GetUtcNow());

    private static T? Parse<T>(in PhoenixFrame frame, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Payload.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
