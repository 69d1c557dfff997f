using Microsoft.Extensions.Caching.Memory;

namespace Api.Security;

/// <summary>
/// Remembers what the store said about who may do what, for a moment (<see cref="Caller.Freshness"/>, from before it was read): what a
/// commit changes is known on every node by the end of it, without anybody telling anybody. Of requests that ask for the same at once
/// one reads.
/// </summary>
/// <param name="most">Keys remembered at most.</param>
/// <param name="read">Reads what is committed now.</param>
internal sealed class FreshCache<TKey, TValue>(int most, TimeProvider time, Func<TKey, CancellationToken, Task<TValue>> read) : IDisposable
    where TKey : notnull
{
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = most, CompactionPercentage = 0.25 });

    /// <exception cref="System.Data.Common.DbException">The store cannot be read; nothing is remembered of it.</exception>
    public async ValueTask<TValue> GetAsync(TKey key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out Reading? known) && IsFresh(known!)) return await known!.Value.WaitAsync(cancellationToken);
        return await ReadAsync(key).WaitAsync(cancellationToken);
    }

    /// <summary>As <see cref="GetAsync"/> of what is committed now: for a caller who would be refused by what is remembered.</summary>
    public Task<TValue> ReadAsync(TKey key)
    {
        // Not the request's token: others may wait for the same reading. The store has its own time-out.
        var reading = new Reading(time.GetTimestamp(), read(key, CancellationToken.None));
        _known.Set(key, reading, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = 2 * Caller.Freshness });
        return reading.Value;
    }

    /// <summary>After a change through this node: whoever asks next reads.</summary>
    public void Forget(TKey key) => _known.Remove(key);

    public void Dispose() => _known.Dispose();

    private bool IsFresh(Reading reading) =>
        !reading.Value.IsFaulted && !reading.Value.IsCanceled && time.GetElapsedTime(reading.At) < Caller.Freshness;

    private sealed record Reading(long At, Task<TValue> Value);
}
