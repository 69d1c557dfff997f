using System.Collections.Concurrent;

namespace Api.Security;

/// <summary>
/// Remembers what the store said about who may do what, for a moment (<see cref="Caller.Freshness"/>, by the monotonic clock, from
/// before it was asked): what a commit changes is known on every node by the end of it, without anybody telling anybody. Of requests
/// that ask for the same at once one reads.
/// </summary>
/// <param name="most">Keys remembered at most; beyond it all are forgotten, which costs a reading each.</param>
/// <param name="read">Reads what is committed now; gives up by itself.</param>
internal sealed class FreshCache<TKey, TValue>(int most, TimeProvider time, Func<TKey, CancellationToken, Task<TValue>> read)
    where TKey : notnull
{
    /// <summary>Longest wait for the store.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<TKey, Reading> _known = new();

    /// <exception cref="System.Data.Common.DbException">The store cannot be read; nothing is remembered of it.</exception>
    /// <exception cref="OperationCanceledException">The store took too long, or the caller does not wait any more.</exception>
    public async ValueTask<TValue> GetAsync(TKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isKnown = _known.TryGetValue(key, out var known);
            if (isKnown && IsFresh(known!)) return await known!.Value.WaitAsync(cancellationToken);

            if (!isKnown && _known.Count >= most) _known.Clear();
            var reading = new Reading(time.GetTimestamp());
            if (!(isKnown ? _known.TryUpdate(key, reading, known!) : _known.TryAdd(key, reading))) continue;
            _ = FillAsync(reading, key);
            return await reading.Value.WaitAsync(cancellationToken);
        }
    }

    /// <summary>As <see cref="GetAsync"/> of what is committed now: for a caller who would be refused by what is remembered.</summary>
    public ValueTask<TValue> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        Forget(key);
        return GetAsync(key, cancellationToken);
    }

    /// <summary>After a change through this node: whoever asks next reads.</summary>
    public void Forget(TKey key) => _known.TryRemove(key, out _);

    private bool IsFresh(Reading reading) =>
        !reading.Value.IsFaulted && !reading.Value.IsCanceled && time.GetElapsedTime(reading.At) < Caller.Freshness;

    /// <remarks>Not by a request's token: others may wait for the same reading.</remarks>
    private async Task FillAsync(Reading reading, TKey key)
    {
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            reading.Answer.SetResult(await read(key, limit.Token));
        }
        catch (OperationCanceledException)
        {
            reading.Answer.SetCanceled(limit.Token);
        }
        catch (Exception fault)
        {
            reading.Answer.SetException(fault);
        }
    }

    private sealed class Reading(long at)
    {
        public long At => at;

        public TaskCompletionSource<TValue> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TValue> Value => Answer.Task;
    }
}
