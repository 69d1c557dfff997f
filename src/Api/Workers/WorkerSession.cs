using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Api.Workers;

/// <summary>Bounds of a worker's socket.</summary>
/// <param name="MaxFrameBytes">A larger frame closes the socket.</param>
/// <param name="Silence">A socket without any frame for this long is dropped.</param>
/// <param name="Outbox">Frames that may wait to be written.</param>
/// <param name="ReportsInFlight">Reports of one socket that may wait for their commit; then reading stops.</param>
internal sealed record WorkerSocketBounds(int MaxFrameBytes, TimeSpan Silence, int Outbox, int ReportsInFlight);

/// <summary>One worker's socket: reads frames in order, writes frames in order, knows nothing of what they mean.</summary>
internal sealed class WorkerSession(WebSocket socket, string workerId, WorkerSocketBounds bounds)
{
    private const int CloseServiceRestart = 1012;
    private readonly Channel<ReadOnlyMemory<byte>> _outbox = Channel.CreateBounded<ReadOnlyMemory<byte>>(bounds.Outbox);
    private readonly CancellationTokenSource _closed = new();

    public string WorkerId => workerId;

    /// <summary>The join reference of <c>worker:queue</c>; empty until it is joined.</summary>
    public ReadOnlyMemory<byte> QueueRef { get; set; }

    /// <summary>Nothing reaches the worker through this socket any more.</summary>
    public bool IsClosed => _closed.IsCancellationRequested;

    /// <summary>False when the worker does not read and its outbox is full, or the socket is gone.</summary>
    public bool TrySend(ReadOnlyMemory<byte> frame) => !_closed.IsCancellationRequested && _outbox.Writer.TryWrite(frame);

    public ValueTask SendAsync(ReadOnlyMemory<byte> frame) => _outbox.Writer.WriteAsync(frame, _closed.Token);

    /// <summary>Tells the worker to stop an attempt at once.</summary>
    public void Cancel(Guid runId, int attempt) => TrySend(PhoenixReply.Push(QueueRef, "worker:queue", "cancel", 0, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("run_id"u8, runId);
        writer.WriteNumber("attempt"u8, attempt);
        writer.WriteEndObject();
    }));

    /// <summary>Runs until the socket ends, one way or another. Never throws for what a peer or network may do.</summary>
    /// <param name="handle">Takes one frame; its task is awaited before the next frame is read.</param>
    public async Task RunAsync(Func<PhoenixFrame, ValueTask> handle, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _closed.Token);
        var writing = WriteAsync(stop.Token);
        try
        {
            await ReadAsync(handle, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ChannelClosedException)
        {
            // The peer is gone or the node stops: the caller orphans the session either way.
        }
        finally
        {
            await _closed.CancelAsync().ConfigureAwait(false);
            _outbox.Writer.TryComplete();
            await writing.ConfigureAwait(false);
            await CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(Func<PhoenixFrame, ValueTask> handle, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        while (await ReadFrameAsync(buffer, cancellationToken).ConfigureAwait(false))
        {
            if (!PhoenixFrame.TryParse(buffer.WrittenMemory, out var frame))
            {
                return;
            }

            await handle(frame).ConfigureAwait(false);

            // What a handler keeps it has copied; a buffer that a large frame blew up is not kept.
            buffer = buffer.Capacity > 1024 * 1024 ? new ArrayBufferWriter<byte>(16 * 1024) : Reset(buffer);
        }
    }

    private async Task<bool> ReadFrameAsync(ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(bounds.Silence);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.GetMemory(8 * 1024), silence.Token).ConfigureAwait(false);
            if (received.MessageType != WebSocketMessageType.Text)
            {
                return false;
            }

            buffer.Advance(received.Count);
            if (received.EndOfMessage)
            {
                return true;
            }

            if (buffer.WrittenCount > bounds.MaxFrameBytes)
            {
                return false;
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var frame in _outbox.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, true, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            await _closed.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Never with code 1000: Phoenix clients take that for final and do not come back.</summary>
    private async Task CloseAsync()
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)CloseServiceRestart, null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
        }
    }

    private static ArrayBufferWriter<byte> Reset(ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        return buffer;
    }
}
