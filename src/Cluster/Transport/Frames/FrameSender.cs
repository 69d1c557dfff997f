using System.Buffers;
using System.IO.Pipelines;

namespace Cluster.Transport.Frames;

/// <summary>
/// Queues frames for one connection. Whatever has been queued when the socket takes the next write goes together: one
/// frame alone and at once under light load, many per write under heavy load. Who queues watches <see cref="Unsent"/>.
/// </summary>
internal sealed class FrameSender(Stream stream, TimeProvider time)
{
    private const int SegmentBytes = 64 << 10;

    // No threshold: a pipe that holds back its writer would do so under the lock. The bounds are the callers'.
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));

    private readonly Lock _gate = new();
    private bool _completed;
    private long _unsent;
    private long _lastSent = time.GetTimestamp();

    /// <summary>Bytes queued that the socket has not taken.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    /// <summary>When the socket took something last.</summary>
    public long LastSent => Volatile.Read(ref _lastSent);

    /// <param name="flush">False when more follows at once and <see cref="Flush"/> after it.</param>
    /// <returns>False when the connection is closed: the frame surely does not leave.</returns>
    public bool TryQueue(ReadOnlySpan<byte> frame, bool flush)
    {
        lock (_gate)
        {
            if (_completed)
                return false;
            Write(frame);
            Interlocked.Add(ref _unsent, frame.Length);
            if (flush)
                _ = _pipe.Writer.FlushAsync(CancellationToken.None);
            return true;
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            if (!_completed && _pipe.Writer.UnflushedBytes > 0)
                _ = _pipe.Writer.FlushAsync(CancellationToken.None);
        }
    }

    /// <summary>Takes no more frames.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            if (_completed)
                return;
            _completed = true;
            _pipe.Writer.Complete();
        }
    }

    /// <summary>Sends until completed. Throws what the stream throws.</summary>
    /// <param name="sent">Called after each write.</param>
    public async Task RunAsync(Action sent)
    {
        try
        {
            while (true)
            {
                var result = await _pipe.Reader.ReadAsync().ConfigureAwait(false);
                var part = FirstPart(result.Buffer);
                if (part.IsEmpty && result.IsCompleted)
                    return;
                await stream.WriteAsync(part).ConfigureAwait(false);
                _pipe.Reader.AdvanceTo(result.Buffer.GetPosition(part.Length));
                Volatile.Write(ref _lastSent, time.GetTimestamp());
                Interlocked.Add(ref _unsent, -part.Length);
                sent();
            }
        }
        finally
        {
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    // A pipe may put the empty rest of a full segment in front.
    private static ReadOnlyMemory<byte> FirstPart(in ReadOnlySequence<byte> buffer)
    {
        foreach (var part in buffer)
        {
            if (!part.IsEmpty)
                return part;
        }

        return default;
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        var writer = _pipe.Writer;
        while (!frame.IsEmpty)
        {
            var room = writer.GetSpan();
            var part = Math.Min(room.Length, frame.Length);
            frame[..part].CopyTo(room);
            writer.Advance(part);
            frame = frame[part..];
        }
    }
}
