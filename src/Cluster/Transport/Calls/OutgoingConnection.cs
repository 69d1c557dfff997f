using System.Buffers;
using Cluster.Transport.Frames;

namespace Cluster.Transport.Calls;

/// <summary>This node's own connection to a peer: requests leave, replies come back in any order.</summary>
internal sealed class OutgoingConnection : IFrameSink
{
    private readonly FrameConnection _connection;
    private readonly TransportSettings _settings;
    private readonly TimeProvider _time;
    private readonly CallTable _calls;
    private readonly List<PendingCall> _expired = [];

    public OutgoingConnection(OpenStream open, TransportSettings settings, TimeProvider time)
    {
        _connection = new FrameConnection(open, settings, time);
        _settings = settings;
        _time = time;
        _calls = new CallTable(settings.MaxInFlight, settings.MaxInFlightBytes);
    }

    public bool IsOpen => _connection.IsOpen;

    bool IFrameSink.HasRoom => true; // Every reply was asked for.

    public ValueTask<PeerReply> AskAsync<TState>(
        byte service, TState state, Action<IBufferWriter<byte>, TState> write, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var request = FrameBuffer.Rent(_settings.MaxFrameBytes);
        try
        {
            write(request, state);
            return Send(request, service, timeout, cancellationToken);
        }
        catch (FrameTooLargeException e)
        {
            return new(PeerReply.NotSent(e.Message));
        }
        finally
        {
            request.Return();
        }
    }

    /// <summary>Serves until the connection is closed; then every waiting call is lost.</summary>
    /// <returns>Why it was closed.</returns>
    public async Task<string> RunAsync()
    {
        var reason = await _connection.RunAsync(this).ConfigureAwait(false);
        foreach (var call in _calls.Close())
            call.End(PeerReply.Lost(reason));
        return reason;
    }

    public void Close(string reason) => _connection.Close(reason);

    /// <summary>Ends calls whose time is up. One sweep at a time.</summary>
    public void Sweep(long now)
    {
        _connection.Sweep(now);
        _calls.TakeExpired(now, _expired);
        foreach (var call in _expired)
            call.End(PeerReply.Lost("the time was up"));
        _expired.Clear();
    }

    string? IFrameSink.Take(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        switch (header.Kind)
        {
            case FrameKind.Reply:
                _calls.Take(header.Id)?.Answer(payload);
                return null;
            case FrameKind.Error when payload.Length <= Reasons.MaxBytes:
                _calls.Take(header.Id)?.End(new PeerReply(PeerCallStatus.Failed, Reasons.FromPeer(payload.ToArray())));
                return null;
            case FrameKind.Ping when payload.IsEmpty:
                return null;
            default:
                return "the peer sent a frame that has no place here";
        }
    }

    Task IFrameSink.WaitForRoomAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void IFrameSink.Sent()
    {
    }

    private ValueTask<PeerReply> Send(FrameBuffer request, byte service, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return new(PeerReply.NotSent("the caller stopped waiting"));
        // Calls end with their time, but what the peer does not read stays queued.
        if (_connection.Sender.Unsent + request.PayloadLength > _settings.MaxInFlightBytes)
            return new(PeerReply.NotSent("too many bytes are queued to this peer"));
        var call = new PendingCall(_calls, request.PayloadLength, _time.TimestampAfter(timeout));
        if (_calls.TryAdd(call) is { } refusal)
            return new(PeerReply.NotSent(refusal));

        // Read before it is queued: afterwards the call may end, and its id with it, at any moment.
        var (id, task) = (call.Id, call.Task);
        if (!_connection.Sender.TryQueue(request.Seal(FrameKind.Request, service, id), flush: true) && _calls.Take(id) is not null)
            return new(PeerReply.NotSent("the connection was closed"));
        if (cancellationToken.CanBeCanceled)
            call.EndOn(cancellationToken);
        return task;
    }
}
