namespace Cluster.Transport;

/// <summary>
/// Ends what has taken too long, on all connections, every 100 ms while there is one: a node without peers does not wake up for it. One sweep
/// at a time.
/// </summary>
internal sealed class Sweeper : IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(100);

    private readonly Func<long, bool> _sweep;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private bool _isAwake;
    private bool _isAsked;
    private bool _isEnded;

    /// <param name="sweep">Given a timestamp of the clock; tells whether there are connections.</param>
    public Sweeper(Func<long, bool> sweep, TimeProvider time)
    {
        _sweep = sweep;
        _time = time;
        _timer = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>To be called after a connection was added.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isAsked = true;
            if (!_isAwake)
                ArmLocked();
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isEnded = true;
        }

        return _timer.DisposeAsync();
    }

    private void Sweep()
    {
        lock (_gate)
        {
            _isAsked = false;
        }

        var isNeeded = _sweep(_time.GetTimestamp());
        lock (_gate)
        {
            _isAwake = false;

            // A connection that was added during the sweep may not have been seen by it.
            if (isNeeded || _isAsked)
                ArmLocked();
        }
    }

    private void ArmLocked()
    {
        _isAwake = !_isEnded && _timer.Change(s_every, Timeout.InfiniteTimeSpan);
    }
}
