namespace Cluster.Entities;

/// <summary>The named timers of one entity. A timer of the same name is replaced; a fired timer is gone.</summary>
/// <param name="remind">Delivers the command; false when the mailbox is full, and the timer fires again a little later.</param>
internal sealed class EntityTimers(TimeProvider time, Func<object, bool> remind)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, ITimer> _timers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _clears;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count == 0;
            }
        }
    }

    public void Set(Effect.SetTimer timer)
    {
        var wait = timer.Due - time.GetUtcNow();
        lock (_gate)
        {
            Drop(timer.Name);
            ITimer? armed = null;
            armed = time.CreateTimer(
                _ => Fire(timer, armed), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timers[timer.Name] = armed;
            armed.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public void Cancel(string name)
    {
        lock (_gate)
        {
            Drop(name);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            foreach (var timer in _timers.Values)
            {
                timer.Dispose();
            }

            _timers.Clear();
            _clears++;
        }
    }

    private void Fire(Effect.SetTimer timer, ITimer? armed)
    {
        int clears;
        lock (_gate)
        {
            // Replaced or cancelled while it was firing.
            if (!_timers.TryGetValue(timer.Name, out var present) || !ReferenceEquals(present, armed))
            {
                return;
            }

            Drop(timer.Name);
            clears = _clears;
        }

        if (!remind(timer.Command))
        {
            TryAgain(timer, clears);
        }
    }

    // Unless everything was cleared meanwhile, perhaps because the entity left this node.
    private void TryAgain(Effect.SetTimer timer, int clears)
    {
        lock (_gate)
        {
            if (_clears == clears)
            {
                Set(timer with { Due = time.GetUtcNow() + RetryAfter });
            }
        }
    }

    private void Drop(string name)
    {
        if (_timers.Remove(name, out var timer))
        {
            timer.Dispose();
        }
    }
}
