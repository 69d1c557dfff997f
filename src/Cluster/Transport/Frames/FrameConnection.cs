using System.IO.Pipelines;

namespace Cluster.Transport.Frames;

/// <summary>A connection after its handshake: reads frames into a sink, sends what is queued, notices silence.</summary>
internal sealed class FrameConnection
{
    private static readonly byte[] s_ping = CreatePing();

    private readonly OpenStream _open;
    private readonly TransportSettings _settings;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private string? _reason;
    private long _lastReceived;
    private volatile bool _isHeldBack;

    public FrameConnection(OpenStream open, TransportSettings settings, TimeProvider time)
    {
        _open = open;
        _settings = settings;
        _time = time;
        _lastReceived = time.GetTimestamp();
        Sender = new FrameSender(open.Stream, time);
        Closed = _closing.Token;
    }

    public FrameSender Sender { get; }

    /// <summary>Cancelled when the connection is closed.</summary>
    public CancellationToken Closed { get; }

    public bool IsOpen => Volatile.Read(ref _reason) is null;

    /// <summary>Serves until the connection is closed by either side. Does not throw.</summary>
    /// <returns>Why it was closed.</returns>
    public async Task<string> RunAsync(IFrameSink sink)
    {
        var sending = SendAsync(sink);
        Close(await ReadAsync(sink).ConfigureAwait(false));
        await sending.ConfigureAwait(false);
        await DisposeStreamAsync().ConfigureAwait(false);
        return _reason!;
    }

    /// <summary>Ends the connection at once; what is queued is not sent. The first reason counts.</summary>
    public void Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
            return;
        Sender.Complete();
        _open.Socket.Dispose(); // Ends the reading and the writing.
        _ = _closing.CancelAsync();
    }

    /// <summary>Pings if nothing was sent for a while, closes if nothing was received for long.</summary>
    /// <param name="now">A timestamp of the clock.</param>
    public void Sweep(long now)
    {
        // What the peer sends is not seen while its bound is reached: that is no silence of the peer.
        if (!_isHeldBack && _time.GetElapsedTime(Volatile.Read(ref _lastReceived), now) > _settings.Silence)
            Close(FormattableString.Invariant($"nothing was heard for {_settings.Silence.TotalSeconds:0.#} s"));
        else if (Sender.Unsent == 0 && _time.GetElapsedTime(Sender.LastSent, now) >= _settings.PingEvery)
            Sender.TryQueue(s_ping, flush: true);
    }

    private async Task DisposeStreamAsync()
    {
        try
        {
            await _open.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The socket is closed already; what a stream above it still wants to do does not matter.
        }
    }

    private async Task SendAsync(IFrameSink sink)
    {
        try
        {
            await Sender.RunAsync(sink.Sent).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Close(Reasons.Of(e));
        }
    }

    private async Task<string> ReadAsync(IFrameSink sink)
    {
        try
        {
            while (true)
            {
                await HoldBackAsync(sink).ConfigureAwait(false);
                var result = await _open.Reader.ReadAsync().ConfigureAwait(false);
                Volatile.Write(ref _lastReceived, _time.GetTimestamp());
                if (TakeAll(sink, result) is { } reason)
                    return reason;
            }
        }
        catch (Exception e)
        {
            return Reasons.Of(e);
        }
    }

    private async ValueTask HoldBackAsync(IFrameSink sink)
    {
        if (sink.HasRoom)
            return;
        _isHeldBack = true;
        await sink.WaitForRoomAsync(Closed).ConfigureAwait(false);
        Volatile.Write(ref _lastReceived, _time.GetTimestamp());
        _isHeldBack = false;
    }

    /// <summary>Gives every whole frame to the sink, as long as it has room.</summary>
    /// <returns>Why the connection ends; null if it goes on.</returns>
    private string? TakeAll(IFrameSink sink, in ReadResult result)
    {
        var left = result.Buffer;
        var examined = left.End;
        string? reason = null;
        while (reason is null)
        {
            if (!sink.HasRoom)
            {
                examined = left.Start;
                break;
            }

            var read = FrameReader.TryRead(ref left, _settings.MaxFrameBytes, out var header, out var payload);
            if (read == FrameRead.Incomplete)
            {
                reason = !result.IsCompleted ? null : left.IsEmpty ? "the peer closed it" : "it ended within a frame";
                break;
            }

            reason = read == FrameRead.TooLarge
                ? FormattableString.Invariant($"a frame of {(uint)header.Length} bytes is larger than allowed")
                : sink.Take(header, payload);
        }

        Sender.Flush();
        _open.Reader.AdvanceTo(left.Start, examined);
        return reason;
    }

    private static byte[] CreatePing()
    {
        var ping = new byte[FrameHeader.Size];
        new FrameHeader(0, FrameKind.Ping, 0, 0).Write(ping);
        return ping;
    }
}
