using Api.Dispatch;

namespace Api.Workers.Socket;

/// <summary>One topic of one socket: joins, leaves and events one after the other, in the order in which they came.</summary>
/// <param name="gate">The table's: a pump goes to rest and out of the table in one step.</param>
internal sealed class TopicPump(
    string topic, WorkerSession session, TopicTable table, ChannelOpener opener, Lock gate, ILogger logger)
{
    private const int MostAtOnce = 64;
    private const int BytesAtOnce = 4 << 20;
    private readonly Queue<PhoenixFrame> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SocketChannel? _channel;
    private ReadOnlyMemory<byte> _joinRef;
    private bool _isRunning;
    private bool _isClosing;

    private enum Next
    {
        Frames,
        Rest,
        End,
    }

    /// <summary>Called under the gate.</summary>
    public void Post(in PhoenixFrame frame)
    {
        _waiting.Enqueue(frame);
        Start();
    }

    /// <summary>Called under the gate. Ends when the channel has.</summary>
    public Task CloseAsync()
    {
        _isClosing = true;
        Start();
        return _ended.Task;
    }

    private void Start()
    {
        if (_isRunning) return;
        _isRunning = true;
        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        var frames = new List<PhoenixFrame>();
        Next next;
        while ((next = Take(frames)) == Next.Frames)
        {
            try
            {
                await HandleAsync(frames).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                DispatchLog.ChannelFailed(logger, session.WorkerId, topic, e);
                await CrashAsync().ConfigureAwait(false);
            }

            foreach (var frame in frames) table.Done(frame);
        }

        if (next == Next.Rest) return;
        await EndAsync(ChannelEnd.Gone).ConfigureAwait(false);
        _ended.TrySetResult();
    }

    /// <summary>Takes a join or leave alone, or the events up to the next one.</summary>
    private Next Take(List<PhoenixFrame> frames)
    {
        frames.Clear();
        lock (gate)
        {
            for (var bytes = 0; frames.Count < MostAtOnce && bytes < BytesAtOnce && MayFollow(frames);)
            {
                frames.Add(_waiting.Dequeue());
                bytes += frames[^1].Text.Length;
            }

            if (frames.Count > 0) return Next.Frames;
            if (_isClosing) return Next.End;
            _isRunning = false;
            if (_channel is null) table.Forget(topic);
            return Next.Rest;
        }
    }

    private bool MayFollow(List<PhoenixFrame> frames) =>
        _waiting.TryPeek(out var next) && (frames.Count == 0 || (!IsControl(next) && !IsControl(frames[0])));

    /// <summary>The client joins again after a moment.</summary>
    private async ValueTask CrashAsync()
    {
        await EndAsync(ChannelEnd.Gone).ConfigureAwait(false);
        await session.SendAsync(PhoenixReply.Crashed(_joinRef, topic)).ConfigureAwait(false);
    }

    private static bool IsControl(in PhoenixFrame frame) => frame.Event is "phx_join" or "phx_leave";

    private async ValueTask HandleAsync(List<PhoenixFrame> frames)
    {
        switch (frames[0].Event)
        {
            case "phx_join":
                await JoinAsync(frames[0]).ConfigureAwait(false);
                break;
            case "phx_leave":
                await LeaveAsync(frames[0]).ConfigureAwait(false);
                break;
            default:
                await EventsAsync(frames).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>A topic that is joined already is left first: the client hears of that with the old reference
    /// (openfn-protocol 2.4).</summary>
    private async ValueTask JoinAsync(PhoenixFrame frame)
    {
        if (_channel is not null)
        {
            await EndAsync(ChannelEnd.Replaced).ConfigureAwait(false);
            await session.SendAsync(PhoenixReply.Closed(_joinRef, topic)).ConfigureAwait(false);
        }

        _joinRef = frame.OwnJoinRef.ToArray();
        _channel = await opener.OpenAsync(session, frame).ConfigureAwait(false);
    }

    private async ValueTask LeaveAsync(PhoenixFrame frame)
    {
        var isOwn = _channel is not null && IsOfThisJoin(frame);
        if (isOwn) await EndAsync(ChannelEnd.Left).ConfigureAwait(false);
        await session.SendAsync(PhoenixReply.Ok(frame)).ConfigureAwait(false);
        if (isOwn) await session.SendAsync(PhoenixReply.Closed(_joinRef, topic)).ConfigureAwait(false);
    }

    private async ValueTask EventsAsync(List<PhoenixFrame> frames)
    {
        if (_channel is { } channel && frames.TrueForAll(frame => IsOfThisJoin(frame)))
        {
            await channel.HandleAsync(frames).ConfigureAwait(false);
            return;
        }

        foreach (var frame in frames)
        {
            if (_channel is null) await session.SendAsync(PhoenixReply.Error(frame, "unmatched topic")).ConfigureAwait(false);
            else if (IsOfThisJoin(frame)) await _channel.HandleAsync([frame]).ConfigureAwait(false);
            else await session.SendAsync(PhoenixReply.Error(frame, "stale join")).ConfigureAwait(false);
        }
    }

    private async ValueTask EndAsync(ChannelEnd end)
    {
        if (_channel is not { } channel) return;
        _channel = null;
        try
        {
            await channel.EndAsync(end).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            DispatchLog.ChannelFailed(logger, session.WorkerId, topic, e);
        }
    }

    private bool IsOfThisJoin(in PhoenixFrame frame) => frame.JoinRef.Span.SequenceEqual(_joinRef.Span);
}
