namespace Api.Workers.Socket;

/// <summary>
/// Room for frames in memory, in number and in bytes. Whoever finds no room waits, first come first served; one frame
/// that is larger than all the room there is gets through alone.
/// </summary>
internal sealed class FrameBudget(int maxFrames, long maxBytes)
{
    private readonly Queue<(int Size, TaskCompletionSource Granted)> _waiting = new();
    private readonly Lock _gate = new();
    private int _frames;
    private long _bytes;

    public bool TryTake(int size)
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 || !Fits(size)) return false;
            Add(size);
            return true;
        }
    }

    /// <summary>Cancelling is for the end of the socket only: a cancelled taker's room is lost.</summary>
    public ValueTask TakeAsync(int size, CancellationToken ending)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(size))
            {
                Add(size);
                return ValueTask.CompletedTask;
            }

            var granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((size, granted));
            return new ValueTask(granted.Task.WaitAsync(ending));
        }
    }

    public void Return(int size)
    {
        lock (_gate)
        {
            _frames--;
            _bytes -= size;
            while (_waiting.TryPeek(out var next) && Fits(next.Size))
            {
                _waiting.Dequeue();
                Add(next.Size);
                next.Granted.TrySetResult();
            }
        }
    }

    private bool Fits(int size) => _frames == 0 || (_frames < maxFrames && _bytes + size <= maxBytes);

    private void Add(int size)
    {
        _frames++;
        _bytes += size;
    }
}
