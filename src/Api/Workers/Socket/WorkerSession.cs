using System.Buffers;
using System.Net.WebSockets;

namespace Api.Workers.Socket;

/// <summary>Bounds of a worker's socket.</summary>
/// <param name="MaxFrameBytes">A larger frame closes the socket.</param>
/// <param name="Silence">A socket without any frame for this long is dropped.</param>
/// <param name="Frames">Frames that may wait in each direction; then reading stops, or whoever writes waits.</param>
/// <param name="Bytes">The same in bytes.</param>
/// <param name="Topics">Topics that may be joined at once.</param>
/// <param name="ReportsInFlight">Reports of one socket that may wait for their commit; then its channel stands still.</param>
internal sealed record WorkerSocketBounds(
    int MaxFrameBytes, TimeSpan Silence, int Frames, long Bytes, int Topics, int ReportsInFlight);

/// <summary>Who is at the other end of a socket, in its own words.</summary>
/// <param name="ApiVersion">Of the protocol that the worker speaks; kept for people only.</param>
internal sealed record WorkerIdentity(string WorkerId, string? Version, string? ApiVersion, DateTimeOffset ConnectedAt);

internal enum WorkerKind
{
    /// <summary>Has not joined the queue.</summary>
    Unknown,

    /// <summary>OpenFn's own worker.</summary>
    OpenFn,

    /// <summary>The cluster's own worker.</summary>
    Cluster,
}

/// <summary>What a worker said of itself when it joined the queue.</summary>
/// <param name="Name">The operator's name for it, if it has told one.</param>
internal sealed record WorkerRole(WorkerKind Kind, int? Capacity, Func<string?> Name)
{
    public static WorkerRole Unknown { get; } = new(WorkerKind.Unknown, null, static () => null);
}

/// <summary>One worker's socket: reads frames in order, writes frames in order, knows nothing of what they mean.</summary>
internal sealed class WorkerSession(WebSocket socket, WorkerIdentity identity, WorkerSocketBounds bounds)
{
    private const int CloseServiceRestart = 1012;
    private const int SmallBuffer = 16 * 1024;
    private readonly Outbox _outbox = new(bounds.Frames, bounds.Bytes);
    private readonly CancellationTokenSource _closed = new();

    public WorkerIdentity Identity => identity;

    /// <summary>As its last join of the queue had it.</summary>
    public WorkerRole Role { get; set; } = WorkerRole.Unknown;

    public string WorkerId => identity.WorkerId;

    public WorkerSocketBounds Bounds => bounds;

    /// <summary>Nothing reaches the worker through this socket any more.</summary>
    public bool IsClosed => _closed.IsCancellationRequested;

    /// <summary>Cancelled when the socket ends.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>False when the worker does not read and its outbox is full, or the socket is gone.</summary>
    public bool TrySend(OutgoingFrame frame) => !IsClosed && _outbox.TryAdd(frame);

    /// <summary>Ends when the frame has its place in the outbox. A socket that is gone swallows it.</summary>
    public async ValueTask SendAsync(OutgoingFrame frame)
    {
        try
        {
            await _outbox.AddAsync(frame, null, _closed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody is there to read it; whoever executes something hears of the end of the socket.
        }
    }

    /// <summary>Ends when the frame was written, with false if the socket ended before.</summary>
    public async Task<bool> WriteAsync(OutgoingFrame frame)
    {
        var written = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _outbox.AddAsync(frame, written, _closed.Token).ConfigureAwait(false);
            return await written.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Runs until the socket ends, one way or another. Never throws for what a peer or network may do.</summary>
    /// <param name="take">Takes one frame; its task is awaited before the next frame is read.</param>
    public async Task RunAsync(Func<PhoenixFrame, ValueTask> take, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _closed.Token);
        var writing = WriteAllAsync(stop.Token);
        try
        {
            await ReadAsync(take, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The peer is gone or the node stops: the caller orphans the session either way.
        }
        finally
        {
            await _closed.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            _outbox.Close();
            await CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(Func<PhoenixFrame, ValueTask> take, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(SmallBuffer);
        while (await ReadFrameAsync(buffer, cancellationToken).ConfigureAwait(false))
        {
            // Frames are handled later, so each has its own memory; a large one keeps the buffer that it was read into.
            var isLarge = buffer.WrittenCount > SmallBuffer;
            if (!PhoenixFrame.TryParse(isLarge ? buffer.WrittenMemory : buffer.WrittenSpan.ToArray(), out var frame)) return;
            await take(frame).ConfigureAwait(false);
            if (isLarge) buffer = new ArrayBufferWriter<byte>(SmallBuffer);
            else buffer.ResetWrittenCount();
        }
    }

    private async Task<bool> ReadFrameAsync(ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(bounds.Silence);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.GetMemory(8 * 1024), silence.Token).ConfigureAwait(false);
            if (received.MessageType != WebSocketMessageType.Text) return false;
            buffer.Advance(received.Count);
            if (received.EndOfMessage) return true;
            if (buffer.WrittenCount > bounds.MaxFrameBytes) return false;
        }
    }

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _outbox.WriteAsync(
                (frame, ending) => socket.SendAsync(
                    frame.Bytes, frame.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, ending),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            await _closed.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Never with code 1000: Phoenix clients take that for final and do not come back (openfn-protocol 1.7).</summary>
    private async Task CloseAsync()
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;

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
}
