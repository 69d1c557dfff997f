using System.Collections.Immutable;
using Actors;
using Actors.Runs;
using Api.Dispatch;
using Api.Workers.Scrubbing;
using Api.Workers.Socket;
using Cluster.Entities;

namespace Api.Workers.OpenFn;

/// <summary>What a run's channel needs of the node.</summary>
internal sealed record RunParts(
    Executions Executions, RunScrubbers Scrubbers, RunMaterial Material, IEntities Entities, TimeProvider Time, ILogger<RunChannel> Logger);

/// <summary>
/// <c>run:ID</c>, joined (openfn-protocol 5): what the worker fetches is answered as it comes, what it reports is stored and
/// answered in order. An attempt that is over stays answered, because a worker whose last log line is refused never
/// frees its slot (openfn-protocol 10.5); what it says is dropped.
/// </summary>
internal sealed class RunChannel : SocketChannel, IRunHolder
{
    private const int FetchesAtOnce = 8;
    private static readonly TimeSpan RetirePatience = TimeSpan.FromSeconds(10);
    private readonly WorkerSession _session;
    private readonly Guid _runId;
    private readonly RunState _state;
    private readonly RunParts _parts;
    private readonly RunFetches _fetches;
    private readonly RunReporter _reporter;
    private readonly SemaphoreSlim _reporting = new(1);
    private readonly SemaphoreSlim _fetching = new(FetchesAtOnce);
    private RunEventReader? _reader;
    private volatile bool _isOver;
    private volatile bool _isCompleted;

    /// <param name="state">Of the attempt that the worker executes; final if it only says goodbye.</param>
    public RunChannel(WorkerSession session, Guid runId, RunState state, PreparedRun? prepared, RunParts parts)
    {
        (_session, _runId, _state, _parts) = (session, runId, state, parts);
        _fetches = new RunFetches(runId, state, prepared, parts.Material, parts.Time, parts.Logger);
        _reporter = new RunReporter(runId, state.Attempt, state.Entry, state.Reported, parts.Entities, parts.Time, session.Closed);
        _isOver = _isCompleted = state.IsFinal;
    }

    public WorkerSession Session => _session;

    /// <summary>There is no way to tell the worker (openfn-protocol 8): it works on, and nothing it says is kept.</summary>
    public void Stop(Guid runId, int attempt) => _isOver = true;

    public void Expire(Guid runId, int attempt) => _isOver = true;

    /// <summary>The worker joined the run anew, through another socket. Ends when nothing that came through this one is on
    /// its way any more, so that the numbers of its reports are the next ones.</summary>
    public async Task RetireAsync()
    {
        _isOver = true;
        if (await _reporting.WaitAsync(RetirePatience).ConfigureAwait(false)) _reporting.Release();
    }

    public override async ValueTask HandleAsync(IReadOnlyList<PhoenixFrame> frames)
    {
        var reports = new List<PhoenixFrame>(frames.Count);
        foreach (var frame in frames)
        {
            if (frame.Event.StartsWith("fetch:", StringComparison.Ordinal)) await FetchAsync(frame).ConfigureAwait(false);
            else reports.Add(frame);
        }

        if (reports.Count == 0) return;
        await _reporting.WaitAsync().ConfigureAwait(false);
        try
        {
            await ReportAsync(reports).ConfigureAwait(false);
        }
        finally
        {
            _reporting.Release();
        }
    }

    /// <summary>A worker that leaves without having completed the run has lost it, or never began.</summary>
    public override ValueTask EndAsync(ChannelEnd end)
    {
        if (end == ChannelEnd.Left && _parts.Executions.Release(this, _runId, _state.Attempt))
        {
            _isOver = true;
            _parts.Entities.Tell(
                new EntityRef(EntityTypes.Run, _runId), new RunCommand.GiveBack(_state.Attempt, "its worker left it unfinished"));
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask FetchAsync(PhoenixFrame frame)
    {
        await _fetching.WaitAsync().ConfigureAwait(false);
        _ = AnswerAsync();

        async Task AnswerAsync()
        {
            try
            {
                await _session.SendAsync(await FetchedAsync(frame).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                DispatchLog.ChannelFailed(_parts.Logger, _session.WorkerId, frame.Topic, e);
                await _session.SendAsync(PhoenixReply.Reply(frame, "error"u8, RunAnswers.Unavailable)).ConfigureAwait(false);
            }
            finally
            {
                _fetching.Release();
            }
        }
    }

    private async Task<OutgoingFrame> FetchedAsync(PhoenixFrame frame)
    {
        switch (frame.Event)
        {
            case "fetch:plan":
                return PhoenixReply.Ok(frame, await _fetches.PlanAsync().ConfigureAwait(false) ?? GiveUp());
            case "fetch:dataclip":
                return await _fetches.DataclipAsync().ConfigureAwait(false) is { } body
                    ? PhoenixReply.BinaryOk(frame, body.Span)
                    : PhoenixReply.Reply(frame, "error"u8, RunAnswers.NoDataclip);
            case "fetch:credential" when !frame.HasObject:
                return PhoenixReply.Reply(frame, "error"u8, RunAnswers.BlankId);
            case "fetch:credential":
                var (isOk, credential) = await _fetches.CredentialAsync(frame, _isOver).ConfigureAwait(false);
                return PhoenixReply.Reply(frame, isOk ? "ok"u8 : "error"u8, credential);
            default:
                return PhoenixReply.Reply(frame, "error"u8, RunAnswers.UnknownEvent);
        }
    }

    /// <summary>The plan cannot be had: the attempt is given up, so that whatever becomes of the failing one counts for nothing.</summary>
    private byte[] GiveUp()
    {
        DispatchLog.PlanLost(_parts.Logger, _session.WorkerId, _runId);
        _isOver = true;
        if (_parts.Executions.Release(this, _runId, _state.Attempt))
        {
            _parts.Entities.Tell(
                new EntityRef(EntityTypes.Run, _runId), new RunCommand.Abandon(_state.Attempt, "its plan could not be read"));
        }

        return _fetches.FailingPlan();
    }

    private async Task ReportAsync(List<PhoenixFrame> frames)
    {
        _reader ??= new RunEventReader(_state, await _fetches.WorkflowAsync().ConfigureAwait(false), _parts.Time);
        var events = frames.ConvertAll(frame => _reader.Read(frame));
        var dropped = events.Sum(static read => read.Dropped);
        if (dropped > 0) DispatchLog.LinesDropped(_parts.Logger, _session.WorkerId, dropped, _runId);

        // What follows a completion comes too late, in the same batch as in another.
        var last = events.FindIndex(static read => read.IsComplete);
        var end = await StoreAsync([.. events.Take(last < 0 ? events.Count : last + 1).SelectMany(static read => read.Reports)]).ConfigureAwait(false);
        for (var i = 0; i < frames.Count; i++)
        {
            var isLate = last >= 0 && i > last;
            await _session.SendAsync(Reply(frames[i], events[i], isLate ? ReportEnd.Final : end)).ConfigureAwait(false);
        }
    }

    private async Task<ReportEnd> StoreAsync(ImmutableArray<RunReport> reports)
    {
        if (_isCompleted) return ReportEnd.Final;
        if (_isOver)
        {
            // Only the end of a run is worth asking for: a worker says so once.
            if (!reports.Any(static report => report is RunReport.Complete)) return ReportEnd.Stale;
            var over = await _reporter.HowItEndedAsync().ConfigureAwait(false);
            _isCompleted = over == ReportEnd.Final;
            return over;
        }

        if (reports.IsEmpty) return ReportEnd.Stored;

        var end = await _reporter.PostAsync((await ScrubberAsync().ConfigureAwait(false)).Scrub(reports)).ConfigureAwait(false);
        switch (end)
        {
            case ReportEnd.Stored when reports.Any(static report => report is RunReport.Complete):
                _isCompleted = _isOver = true;
                _parts.Executions.Release(this, _runId, _state.Attempt);
                break;
            case ReportEnd.Stored when reports.Any(static report => report is RunReport.Start):
                _fetches.Forget();
                break;
            case ReportEnd.Final or ReportEnd.Stale:
                _isOver = true;
                _isCompleted = end == ReportEnd.Final;
                _parts.Executions.Release(this, _runId, _state.Attempt);
                break;
            case ReportEnd.Failed:
                DispatchLog.ReportLost(_parts.Logger, _session.WorkerId, _runId, "its owner did not answer");
                break;
        }

        return end;
    }

    private OutgoingFrame Reply(in PhoenixFrame frame, in RunEventRead read, ReportEnd end)
    {
        if (read.IsRefused) return PhoenixReply.Reply(frame, "error"u8, read.Answer);
        if (end == ReportEnd.Stored || frame.Event is "run:log" or "run:batch_logs") return PhoenixReply.Ok(frame, read.Answer);
        return PhoenixReply.Reply(frame, "error"u8, end switch
        {
            ReportEnd.Final => RunAnswers.Completed,
            ReportEnd.Stale => RunAnswers.NoLonger(_runId),
            _ => RunAnswers.Unavailable,
        });
    }

    /// <summary>What cannot be checked is hidden.</summary>
    private async ValueTask<Scrubber> ScrubberAsync()
    {
        if (_parts.Executions.Find(_runId) is not { } execution || execution.Holder != this) return Scrubber.All;
        try
        {
            return await _parts.Scrubbers.ForAsync(_runId, execution).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            DispatchLog.ReportFailed(_parts.Logger, _runId, e);
            return Scrubber.All;
        }
    }
}
