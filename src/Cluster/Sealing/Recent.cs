using System.Collections.Concurrent;

namespace Cluster.Sealing;

/// <summary>
/// A bounded map that keeps what is used. Two halves: what is looked up moves to the young one; when that is full it becomes the old one, and
/// what was there is forgotten. A look-up takes no lock.
/// </summary>
internal sealed class Recent<TKey, TValue>(int most)
    where TKey : notnull
    where TValue : class
{
    private readonly int _half = Math.Max(1, most / 2);
    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();

    public TValue? Find(TKey key)
    {
        if (_young.TryGetValue(key, out var young))
        {
            return young;
        }

        if (!_old.ContainsKey(key))
        {
            return null;
        }

        lock (_gate)
        {
            // Not what was found before the lock: it may have been dropped since.
            if (_old.TryRemove(key, out var old))
            {
                Add(key, old);
                return old;
            }

            return _young.GetValueOrDefault(key);
        }
    }

    public void Put(TKey key, TValue value)
    {
        lock (_gate)
        {
            _old.TryRemove(key, out _);
            Add(key, value);
        }
    }

    public void Drop(TKey key)
    {
        lock (_gate)
        {
            _young.TryRemove(key, out _);
            _old.TryRemove(key, out _);
        }
    }

    public void DropWhere(Func<TValue, bool> condition)
    {
        lock (_gate)
        {
            foreach (var half in new[] { _young, _old })
            {
                foreach (var (key, value) in half)
                {
                    if (condition(value))
                    {
                        half.TryRemove(key, out _);
                    }
                }
            }
        }
    }

    private void Add(TKey key, TValue value)
    {
        if (_young.Count >= _half && !_young.ContainsKey(key))
        {
            _old = _young;
            _young = new ConcurrentDictionary<TKey, TValue>();
        }

        _young[key] = value;
    }
}
