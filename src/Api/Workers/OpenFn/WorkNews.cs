namespace Api.Workers.OpenFn;

/// <summary>
/// Tells workers that poll of runs that wait (openfn-protocol 4.4), as few of them as there are runs, each at most twice a
/// second, and none that has no room or is asking anyway.
/// </summary>
internal sealed class WorkNews(Executions executions, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly List<Listener> _listeners = [];
    private readonly Lock _gate = new();

    public void Add(ClaimChannel channel)
    {
        lock (_gate) _listeners.Add(new Listener(channel, null));
    }

    public void Remove(ClaimChannel channel)
    {
        lock (_gate) _listeners.RemoveAll(listener => listener.Channel == channel);
    }

    /// <summary>The channels of the workers that poll.</summary>
    public IReadOnlyList<ClaimChannel> Channels
    {
        get
        {
            lock (_gate) return [.. _listeners.Select(static listener => listener.Channel)];
        }
    }

    /// <param name="runs">How many runs wait.</param>
    /// <returns>False if somebody should be told who was told a moment ago: then it is to be tried again.</returns>
    public bool Tell(int runs)
    {
        lock (_gate)
        {
            if (runs <= 0 || _listeners.Count == 0) return true;

            var now = time.GetTimestamp();
            var held = executions.Counts();
            var isTooSoon = false;
            for (var i = 0; i < _listeners.Count && runs > 0; i++)
            {
                var (channel, told) = _listeners[i];
                if (channel.IsClaiming || held.GetValueOrDefault(channel.Session) >= (channel.Capacity ?? int.MaxValue)) continue;
                if (told is { } before && time.GetElapsedTime(before, now) < Pause)
                {
                    isTooSoon = true;
                    continue;
                }

                channel.TellOfWork();
                _listeners[i] = new Listener(channel, now);
                runs--;
            }

            // Whoever was told goes to the end of the line.
            _listeners.Sort(static (one, other) => Nullable.Compare(one.ToldAt, other.ToldAt));
            return runs <= 0 || !isTooSoon;
        }
    }

    /// <param name="ToldAt">On the monotonic clock; null if never.</param>
    private readonly record struct Listener(ClaimChannel Channel, long? ToldAt);
}
