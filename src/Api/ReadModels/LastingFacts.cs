using Microsoft.Extensions.Caching.Memory;

namespace Api.ReadModels;

/// <summary>Remembers what the store said once and will say for ever, such as which project a run is of. What is not there yet is asked
/// for again.</summary>
/// <param name="most">Facts remembered at most; those not used for long go first.</param>
internal sealed class LastingFacts<TKey, TFact>(int most, Func<TKey, CancellationToken, Task<TFact?>> read) : IDisposable
    where TKey : notnull
    where TFact : struct
{
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = most, CompactionPercentage = 0.25 });

    public ValueTask<TFact?> FindAsync(TKey key, CancellationToken cancellationToken) =>
        _known.TryGetValue(key, out TFact known) ? ValueTask.FromResult<TFact?>(known) : ReadAsync(key, cancellationToken);

    /// <summary>Asks again, for the rare fact that did change.</summary>
    public async ValueTask<TFact?> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        var fact = await read(key, cancellationToken);
        if (fact is { } found) _known.Set(key, found, new MemoryCacheEntryOptions { Size = 1 });
        return fact;
    }

    public void Dispose() => _known.Dispose();
}
