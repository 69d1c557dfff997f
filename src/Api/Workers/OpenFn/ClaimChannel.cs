using System.Text.Json;
using Actors;
using Actors.Runs;
using Api.Dispatch;
using Api.Workers.Scrubbing;
using Api.Workers.Socket;
using Cluster.Entities;

namespace Api.Workers.OpenFn;

/// <summary>What claims need of the node.</summary>
/// <param name="JoinTimeout">How long a worker may take from the answer to its claim to the join of the run's channel.</param>
/// <param name="Stopping">When the node stops: claims are answered at once, because one without an answer parks a slot of its worker
/// for an hour (openfn-protocol 4.1).</param>
internal sealed record ClaimParts(
    ReadyRuns Ready, Borrowing Borrowing, Executions Executions, WorkNews News, RunTokens Tokens, IEntities Entities, TimeSpan JoinTimeout,
    CancellationToken Stopping, TimeProvider Time, ILogger<ClaimChannel> Logger);

/// <summary>
/// <c>worker:queue</c> as OpenFn's own worker speaks it (openfn-protocol 4). It holds a claimed run until the run's
/// channel is joined, and gives back what nobody came for.
/// </summary>
internal sealed class ClaimChannel(
    WorkerSession session, ReadOnlyMemory<byte> joinRef, int? capacity, ClaimParts parts) : SocketChannel, IRunHolder
{
    public const string Topic = "worker:queue";
    private const int MostClaims = 64;

    /// <summary>For a run of another node to be borrowed. Short: a connection that dies meanwhile takes the answer with it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim _claims = new(MostClaims);
    private volatile bool _isEnded;

    public WorkerSession Session => session;

    /// <summary>How many runs the worker takes in all; null if it did not say so.</summary>
    public int? Capacity => capacity;

    /// <summary>The operator's name for the worker, as its last claim had it.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether a claim waits to be answered.</summary>
    public bool IsClaiming => _claims.CurrentCount < MostClaims;

    /// <summary>Tells the worker that a claim would be answered with a run.</summary>
    public void TellOfWork() => session.TrySend(PhoenixReply.Push(joinRef, Topic, "work-available"));

    public void Stop(Guid runId, int attempt)
    {
        // The worker has not come for it yet: its join will be refused.
    }

    /// <summary>Nobody joined the run in time.</summary>
    public void Expire(Guid runId, int attempt)
    {
        DispatchLog.NotJoined(parts.Logger, session.WorkerId, runId);
        GiveBack(runId, attempt, "its worker did not come for it");
    }

    public override async ValueTask HandleAsync(IReadOnlyList<PhoenixFrame> frames)
    {
        foreach (var frame in frames)
        {
            if (frame is not { Event: "claim", HasObject: true })
            {
                await session.SendAsync(PhoenixReply.Error(frame, frame.Event == "claim" ? "invalid" : "unknown event")).ConfigureAwait(false);
                continue;
            }

            // A worker has a claim per workloop; beyond all measure they wait their turn.
            var request = ClaimRequest.Read(frame);
            await _claims.WaitAsync().ConfigureAwait(false);
            _ = ClaimAsync(frame, request);
        }
    }

    public override ValueTask EndAsync(ChannelEnd end)
    {
        _isEnded = true;
        parts.News.Remove(this);

        // A worker that only leaves the topic, as it does when it reconnects, may have an answer that it is about to use.
        if (end == ChannelEnd.Gone)
        {
            foreach (var (runId, attempt) in parts.Executions.TakeAll(this)) GiveBack(runId, attempt, "its worker went away with its claim");
        }

        return ValueTask.CompletedTask;
    }

    private async Task ClaimAsync(PhoenixFrame frame, ClaimRequest request)
    {
        try
        {
            Name = request.WorkerName ?? Name;
            var runs = await TakeAsync(request).ConfigureAwait(false);
            if (_isEnded || !await session.WriteAsync(PhoenixReply.Ok(frame, Answer(runs))).ConfigureAwait(false)) GiveBack(runs);
        }
        catch (Exception e)
        {
            DispatchLog.ChannelFailed(parts.Logger, session.WorkerId, Topic, e);
            await session.SendAsync(PhoenixReply.Error(frame, "unavailable")).ConfigureAwait(false);
        }
        finally
        {
            _claims.Release();
        }
    }

    private async Task<IReadOnlyList<PreparedRun>> TakeAsync(ClaimRequest request)
    {
        if (parts.Stopping.IsCancellationRequested) return [];
        var claim = new ClaimTaker(WorkerName, request.Queues, request.Demand, parts.Borrowing.HasOthers, Accept);
        parts.Ready.AddDemand(claim, request.Demand);
        await Task.WhenAny(claim.Runs, Task.Delay(Patience, parts.Time, parts.Stopping)).ConfigureAwait(false);
        claim.LosePatience();
        claim.Spend(parts.Ready.Forget(claim));
        return await claim.Runs.ConfigureAwait(false);
    }

    /// <summary>As the run shows it: the operator's name, if there is one, and the worker's own (openfn-protocol 4.2).</summary>
    private string WorkerName => Name is { } name ? $"{name} ({session.WorkerId})" : session.WorkerId;

    private bool Accept(PreparedRun run)
    {
        if (_isEnded) return false;
        parts.Executions.Grant(
            run.RunId, run.State.Attempt, this, parts.JoinTimeout, Scrubber.For(run.Credentials.Values), run);
        return true;
    }

    private byte[] Answer(IReadOnlyList<PreparedRun> runs)
    {
        using var answer = new MemoryStream();
        using (var json = new Utf8JsonWriter(answer))
        {
            json.WriteStartObject();
            json.WriteStartArray("runs"u8);
            foreach (var run in runs)
            {
                var timeout = TimeSpan.FromMilliseconds(run.State.Plan!.Options.TimeoutMs);
                json.WriteStartObject();
                json.WriteString("id"u8, run.RunId);
                json.WriteString("token"u8, parts.Tokens.Issue(run.RunId, run.State.Attempt, timeout));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return answer.ToArray();
    }

    private void GiveBack(IReadOnlyList<PreparedRun> runs)
    {
        foreach (var run in runs)
        {
            if (parts.Executions.Release(this, run.RunId, run.State.Attempt))
            {
                GiveBack(run.RunId, run.State.Attempt, "the claim could not be answered");
            }
        }
    }

    private void GiveBack(Guid runId, int attempt, string reason) =>
        parts.Entities.Tell(new EntityRef(EntityTypes.Run, runId), new RunCommand.GiveBack(attempt, reason));
}
