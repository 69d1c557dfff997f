using System.Collections.Immutable;
using System.Text.Json;
using Actors;
using Actors.Runs;
using Api.Dispatch;
using Cluster.Entities;

namespace Api.Workers;

/// <summary>What one worker says on its socket, answered. One instance per socket; frames come in order.</summary>
internal sealed class QueueChannel(
    WorkerSession session,
    ReadyRuns ready,
    Executions executions,
    LeaseRenewal renewal,
    RunScrubbers scrubbers,
    IEntities entities,
    WorkerSocketBounds bounds,
    TimeProvider time,
    ILogger logger)
{
    public const string Topic = "worker:queue";
    private const string StreamedRuns = "streamed-runs.v1";
    private const int MaxDemand = 1_000;
    private const int RetryAfterMs = 200;
    private readonly SemaphoreSlim _reports = new(bounds.ReportsInFlight);

    /// <summary>Takes one frame. Returns when the next may be read, which is not yet when a report is durable.</summary>
    public ValueTask HandleAsync(PhoenixFrame frame) => (frame.Topic, frame.Event) switch
    {
        ("phoenix", "heartbeat") => session.SendAsync(PhoenixReply.Ok(frame)),
        (Topic, "phx_join") => JoinAsync(frame),
        (Topic, "phx_leave") => LeaveAsync(frame),
        (Topic, "demand") => DemandAsync(frame),
        (Topic, "run:events") => ReportAsync(frame),
        (Topic, "drain") => DrainAsync(frame),
        _ => session.SendAsync(PhoenixReply.Error(frame, "unmatched topic")),
    };

    private async ValueTask JoinAsync(PhoenixFrame frame)
    {
        if (Parse(frame, WorkerJson.Default.QueueJoin) is not { } join)
        {
            await session.SendAsync(PhoenixReply.Error(frame, "invalid")).ConfigureAwait(false);
            return;
        }

        session.QueueRef = frame.JoinRef.ToArray();
        ready.Forget(session);
        var response = JsonSerializer.SerializeToUtf8Bytes(
            new QueueJoined([StreamedRuns], await ResumeAsync(join.Held ?? []).ConfigureAwait(false)),
            WorkerJson.Default.QueueJoined);
        await session.SendAsync(PhoenixReply.Ok(frame, response)).ConfigureAwait(false);
    }

    /// <returns>Which of the runs are not the worker's any more.</returns>
    private async Task<IReadOnlyList<Guid>> ResumeAsync(IReadOnlyList<HeldRun> held)
    {
        if (held.Count == 0)
        {
            return [];
        }

        var drop = await renewal.AskAsync(held, CancellationToken.None).ConfigureAwait(false);
        executions.Resume(session, held.Where(run => !drop.Contains(run.RunId)));
        return drop;
    }

    private async ValueTask LeaveAsync(PhoenixFrame frame)
    {
        ready.Forget(session);
        await session.SendAsync(PhoenixReply.Ok(frame)).ConfigureAwait(false);
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
        ready.AddDemand(session, request.Demand);
    }

    private ValueTask DrainAsync(PhoenixFrame frame)
    {
        if (Parse(frame, WorkerJson.Default.DrainRequest) is not { } drain)
        {
            return session.SendAsync(PhoenixReply.Error(frame, "invalid"));
        }

        ready.Forget(session);
        foreach (var run in drain.Returned ?? [])
        {
            GiveUp(run);
        }

        return session.SendAsync(PhoenixReply.Ok(frame));
    }

    /// <summary>The worker does not execute the attempt any more: it returned it, or stops it as the protocol says.</summary>
    private void GiveUp(HeldRun run)
    {
        if (executions.Find(session, run.RunId, run.Attempt) is not null)
        {
            executions.Release(run.RunId);
            entities.Tell(new EntityRef(EntityTypes.Run, run.RunId), new RunCommand.Abandon(run.Attempt, "given back by its worker"));
        }
    }

    /// <summary>Reads and posts the report before the next frame is read, so that a run's reports keep their order;
    /// the reply follows its commit.</summary>
    private async ValueTask ReportAsync(PhoenixFrame frame)
    {
        RunEventsFrame events;
        try
        {
            events = ReportReader.Read(frame.Payload.Span, time.GetUtcNow(), () => Guid.CreateVersion7(time.GetUtcNow()));
        }
        catch (ProtocolException e)
        {
            DispatchLog.ProtocolBroken(logger, session.WorkerId, e.Message);
            if (e.Run is { } broken)
            {
                GiveUp(broken);
            }

            await session.SendAsync(PhoenixReply.Error(frame, "invalid")).ConfigureAwait(false);
            return;
        }

        if (executions.Find(session, events.RunId, events.Attempt) is not { } execution)
        {
            await session.SendAsync(Refuse(frame, new ReportRefused("stale_attempt", null, null))).ConfigureAwait(false);
            return;
        }

        // Waiting here stops reading: a worker that reports faster than the store commits is held back.
        await _reports.WaitAsync().ConfigureAwait(false);
        var answer = frame with { JoinRef = frame.JoinRef.ToArray(), Ref = frame.Ref.ToArray(), Payload = default };
        _ = AnswerAsync(answer, events, await StoreAsync(events, execution).ConfigureAwait(false));
    }

    /// <returns>The outcome to come; the report is in the run's mailbox already.</returns>
    private async Task<Task<Outcome>> StoreAsync(RunEventsFrame events, Execution execution)
    {
        try
        {
            var scrubber = await scrubbers.ForAsync(events.RunId, execution).ConfigureAwait(false);
            return entities.AskAsync(
                new EntityRef(EntityTypes.Run, events.RunId),
                new RunCommand.Report(events.Attempt, events.From, Scrubbed(events.Reports, scrubber)),
                CancellationToken.None).AsTask();
        }
        catch (Exception e)
        {
            DispatchLog.ReportFailed(logger, events.RunId, e);
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
                executions.Release(events.RunId, events.Attempt);
            }

            await session.SendAsync(ToReply(frame, outcome)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            // The socket went away; the worker sends what was not acknowledged again.
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

    private static ReadOnlyMemory<byte> ToReply(in PhoenixFrame frame, Outcome outcome) => outcome switch
    {
        Outcome.Replied { Reply: RunReply.Accepted accepted } => PhoenixReply.Ok(
            frame, JsonSerializer.SerializeToUtf8Bytes(new ReportAccepted(accepted.Next), WorkerJson.Default.ReportAccepted)),
        Outcome.Refused { Refusal.Code: "gap" } refused => Refuse(frame, new ReportRefused("gap", NextOf(refused.Refusal), null)),
        Outcome.Refused { Refusal.Code: "stale_attempt" or "run_final" } refused =>
            Refuse(frame, new ReportRefused(refused.Refusal.Code, null, null)),
        Outcome.Refused { Refusal.Kind: RefusalKind.NotFound } => Refuse(frame, new ReportRefused("not_found", null, null)),
        Outcome.Refused => Refuse(frame, new ReportRefused("invalid", null, null)),
        _ => Refuse(frame, new ReportRefused("overloaded", null, RetryAfterMs)),
    };

    private static ReadOnlyMemory<byte> Refuse(in PhoenixFrame frame, ReportRefused refused) =>
        PhoenixReply.Reply(frame, "error"u8, JsonSerializer.SerializeToUtf8Bytes(refused, WorkerJson.Default.ReportRefused));

    private static int? NextOf(Refusal refusal) =>
        refusal.Faults.FirstOrDefault(fault => fault.Field == "next") is { } fault
        && int.TryParse(fault.Rule, System.Globalization.CultureInfo.InvariantCulture, out var next) ? next : null;

    private static ImmutableArray<RunReport> Scrubbed(ImmutableArray<RunReport> reports, Scrubber scrubber)
    {
        if (scrubber == Scrubber.None)
        {
            return reports;
        }

        return [.. reports.Select(report => report switch
        {
            RunReport.Log log => log with { Message = scrubber.Scrub(log.Message) },
            RunReport.StepComplete { ErrorMessage: { } message } step => step with { ErrorMessage = scrubber.Scrub(message) },
            RunReport.Complete { ErrorMessage: { } message } complete =>
                complete with { ErrorMessage = scrubber.Scrub(message) },
            _ => report,
        })];
    }

    private static T? Parse<T>(in PhoenixFrame frame, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
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
