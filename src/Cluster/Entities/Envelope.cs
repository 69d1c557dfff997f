namespace Cluster.Entities;

/// <summary>A command on its way through a mailbox, and the promise of its outcome.</summary>
internal sealed class Envelope(object command, string? origin = null) : TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private static readonly Outcome Abandoned = new Outcome.Unknown("the caller stopped waiting");

    private CancellationTokenRegistration _cancellation;

    public object Command { get; } = command;

    /// <summary>See <see cref="Entities.Origin"/>.</summary>
    public string? Origin { get; } = origin;

    /// <summary>The next message of the same mailbox.</summary>
    public Envelope? Next { get; set; }

    /// <summary>Where its deadline is watched; null if nobody waits for the outcome.</summary>
    public DeadlineList? Deadlines { get; set; }

    /// <summary>For <see cref="Deadlines"/> alone.</summary>
    public DeadlineLink Link;

    /// <summary>Says how it ended. Entity, deadline and caller may all say so; the first is heard.</summary>
    public void Complete(Outcome outcome)
    {
        if (TrySetResult(outcome))
        {
            Deadlines?.Remove(this);
            _cancellation.Unregister();
        }
    }

    /// <summary>Ends the waiting, not the command, when the token is cancelled. To be called before it is posted.</summary>
    public void CompleteOn(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return;
        }

        _cancellation = cancellationToken.UnsafeRegister(static waiting => ((Envelope)waiting!).Complete(Abandoned), this);
        if (Task.IsCompleted)
        {
            // Ended before the registration was there to be undone.
            _cancellation.Unregister();
        }
    }
}
