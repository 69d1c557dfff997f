namespace Cluster;

/// <summary>
/// The sleep of a loop that has nothing to do: it ends when somebody rings, or after a time. One loop sleeps by it; anybody rings, and what
/// rings while the loop is awake ends its next sleep. A ring costs next to nothing when nobody sleeps.
/// </summary>
public sealed class Alarm : IDisposable
{
    private readonly ITimer _timer;
    private TaskCompletionSource _rung = New();

    public Alarm(TimeProvider time) =>
        _timer = time.CreateTimer(static alarm => ((Alarm)alarm!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Ring() => Volatile.Read(ref _rung).TrySetResult();

    /// <summary>Ends at a ring, after a time or at a cancellation, and throws at none of them.</summary>
    /// <param name="atMost">Up to 49 days, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public async Task SleepAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var end = cancellationToken.UnsafeRegister(static alarm => ((Alarm)alarm!).Ring(), this);
        _timer.Change(atMost, Timeout.InfiniteTimeSpan);
        await _rung.Task.ConfigureAwait(false);

        // Before the caller looks at what was rung for: a ring from here on is of something that it may not see.
        Interlocked.Exchange(ref _rung, New());
    }

    public void Dispose() => _timer.Dispose();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
