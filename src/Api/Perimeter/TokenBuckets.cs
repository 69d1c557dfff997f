using System.Collections.Concurrent;
using Cluster;

namespace Api.Perimeter;

/// <summary>
/// Token buckets by key. What a bucket has gained is found out when somebody takes from it: no timer runs for them, as those of
/// <c>System.Threading.RateLimiting</c> do ten times a second. A full bucket is as good as none and is forgotten by a later take.
/// </summary>
internal sealed class TokenBuckets<TKey>(TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<TKey, Bucket> _buckets = new();
    private readonly long _second = time.InTimestamps(TimeSpan.FromSeconds(1));
    private long _forgotten = time.GetTimestamp();

    /// <summary>Buckets in memory.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes a token, if there is one.</summary>
    /// <param name="perSecond">What the bucket gains at the end of each second; the same for a key at all times.</param>
    /// <param name="most">What it holds, and begins with.</param>
    public bool TryTake(TKey key, int perSecond, int most)
    {
        var now = time.GetTimestamp();
        Forget(now);
        while (true)
        {
            var bucket = _buckets.GetOrAdd(key, static (_, made) => new Bucket(made.perSecond, made.most, made.now), (perSecond, most, now));
            if (bucket.TryTake(now, _second) is { } isTaken) return isTaken;
        }
    }

    private void Forget(long now)
    {
        var before = Volatile.Read(ref _forgotten);
        if (time.GetElapsedTime(before, now) < s_forgetEvery || Interlocked.CompareExchange(ref _forgotten, now, before) != before) return;
        foreach (var entry in _buckets)
        {
            if (entry.Value.TryEnd(now, _second)) _buckets.TryRemove(entry);
        }
    }

    private sealed class Bucket(int perSecond, int most, long now)
    {
        private readonly Lock _gate = new();
        private readonly int _most = most;
        private long _since = now;
        private int _tokens = most;
        private bool _isOver;

        /// <returns>Null if the bucket is forgotten.</returns>
        public bool? TryTake(long at, long second)
        {
            lock (_gate)
            {
                if (_isOver) return null;
                Fill(at, second);
                if (_tokens == 0) return false;
                _tokens--;
                return true;
            }
        }

        /// <returns>Whether it was full, and is over by that.</returns>
        public bool TryEnd(long at, long second)
        {
            lock (_gate)
            {
                Fill(at, second);
                return _isOver = _tokens == _most;
            }
        }

        // Others may have looked at the clock a moment later and been here before.
        private void Fill(long at, long second)
        {
            var seconds = Math.Max(0, at - _since) / second;
            _since += seconds * second;
            _tokens = (int)Math.Min(_most, _tokens + (seconds * perSecond));
        }
    }
}
