using System.Threading.Channels;

namespace Api.Workers.Socket;

internal readonly record struct OutgoingFrame(ReadOnlyMemory<byte> Bytes, bool IsBinary);

/// <summary>Frames that wait to be written to one socket, in order and bounded.</summary>
internal sealed class Outbox(int maxFrames, long maxBytes)
{
    // Bounded by the budget.
    private readonly Channel<Letter> _letters = Channel.CreateUnbounded<Letter>(new UnboundedChannelOptions { SingleReader = true });
    private readonly FrameBudget _room = new(maxFrames, maxBytes);

    /// <summary>False when there is no room.</summary>
    public bool TryAdd(OutgoingFrame frame) =>
        _room.TryTake(frame.Bytes.Length) && _letters.Writer.TryWrite(new Letter(frame, null));

    /// <summary>Waits for room.</summary>
    /// <param name="written">Told whether the frame was written.</param>
    public async ValueTask AddAsync(OutgoingFrame frame, TaskCompletionSource<bool>? written, CancellationToken closed)
    {
        await _room.TakeAsync(frame.Bytes.Length, closed).ConfigureAwait(false);
        if (!_letters.Writer.TryWrite(new Letter(frame, written))) written?.TrySetResult(false);
    }

    /// <summary>Writes until <paramref name="closed"/>; an error of the writer ends it.</summary>
    public async Task WriteAsync(Func<OutgoingFrame, CancellationToken, ValueTask> write, CancellationToken closed)
    {
        await foreach (var (frame, written) in _letters.Reader.ReadAllAsync(closed).ConfigureAwait(false))
        {
            try
            {
                await write(frame, closed).ConfigureAwait(false);
                written?.TrySetResult(true);
            }
            finally
            {
                written?.TrySetResult(false);
                _room.Return(frame.Bytes.Length);
            }
        }
    }

    /// <summary>Nothing is written any more; whoever waits to hear of a frame hears that it was not.</summary>
    public void Close()
    {
        _letters.Writer.TryComplete();
        while (_letters.Reader.TryRead(out var letter)) letter.Written?.TrySetResult(false);
    }

    private readonly record struct Letter(OutgoingFrame Frame, TaskCompletionSource<bool>? Written);
}
