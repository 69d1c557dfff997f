namespace Api.Accounts.Throttling;

/// <summary>How often something may go wrong, and how long one waits after that.</summary>
/// <param name="Free">Attempts without a wait.</param>
/// <param name="First">The wait after those; it doubles with each attempt.</param>
/// <param name="Longest">It doubles up to this.</param>
/// <param name="Forget">After this long without an attempt all is as at first.</param>
internal sealed record AttemptRule(int Free, TimeSpan First, TimeSpan Longest, TimeSpan Forget)
{
    public TimeSpan WaitAfter(int attempts)
    {
        if (attempts < Free) return TimeSpan.Zero;
        var doublings = Math.Min(attempts - Free, 30);
        return TimeSpan.FromTicks(Math.Min(First.Ticks << doublings, Longest.Ticks));
    }
}

/// <summary>
/// Counts attempts by key. Each is counted before it is made, so that many at once are not more than many one after the other, and taken back
/// when it succeeds. Bounded: the key that was quiet for longest goes first.
/// </summary>
internal sealed class AttemptTable(AttemptRule rule, int most, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byAge = new();

    /// <returns>Zero if it may be made now, and is counted; else how long to wait.</returns>
    public TimeSpan Enter(string key)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var entry = Find(key, now);
            var wait = rule.WaitAfter(entry.Attempts) - time.GetElapsedTime(entry.LastAt, now);
            if (wait > TimeSpan.Zero) return wait;

            entry.Attempts++;
            entry.LastAt = now;
            Touch(key, entry);
            return TimeSpan.Zero;
        }
    }

    /// <summary>As <see cref="Enter"/>, counting nothing.</summary>
    public TimeSpan Look(string key)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var entry = Find(key, now);
            var wait = rule.WaitAfter(entry.Attempts) - time.GetElapsedTime(entry.LastAt, now);
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>One attempt was none after all.</summary>
    public void TakeBack(string key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node) && node.Value.Attempts > 0) node.Value.Attempts--;
        }
    }

    /// <summary>A success ends a row of failures.</summary>
    public void Clear(string key)
    {
        lock (_gate)
        {
            if (_entries.Remove(key, out var node)) _byAge.Remove(node);
        }
    }

    private Entry Find(string key, long now) =>
        _entries.TryGetValue(key, out var node) && time.GetElapsedTime(node.Value.LastAt, now) < rule.Forget
            ? node.Value
            : new Entry(key) { LastAt = now };

    private void Touch(string key, Entry entry)
    {
        if (_entries.Remove(key, out var known)) _byAge.Remove(known);
        while (_entries.Count >= most)
        {
            _entries.Remove(_byAge.First!.Value.Key);
            _byAge.RemoveFirst();
        }

        _entries[key] = _byAge.AddLast(entry);
    }

    private sealed class Entry(string key)
    {
        public string Key => key;

        public int Attempts { get; set; }

        public long LastAt { get; set; }
    }
}
