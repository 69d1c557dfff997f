namespace Cluster.Transport.Frames;

/// <summary>One waiter for a condition that others make true: they change something, then call <see cref="Pulse"/>.</summary>
internal sealed class Room
{
    private TaskCompletionSource? _waiter;

    /// <summary>Returns when <paramref name="there"/> holds. One waiter at a time.</summary>
    public async Task WaitAsync(Func<bool> there, CancellationToken cancellationToken)
    {
        while (true)
        {
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _waiter, waiter);
            if (there())
                return;
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <remarks>Full fence by the caller: what made the condition true was an interlocked operation.</remarks>
    public void Pulse()
    {
        if (Volatile.Read(ref _waiter) is not null)
            Interlocked.Exchange(ref _waiter, null)?.TrySetResult();
    }
}
