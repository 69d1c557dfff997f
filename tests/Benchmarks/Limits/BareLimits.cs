using System.Diagnostics;
using Cluster.Benchmarks.Entities;

namespace Cluster.Benchmarks.Limits;

/// <summary>What runtime and store reach on this machine without any of our code, a store of their own beside.</summary>
internal sealed class BareLimits : IAsyncDisposable
{
    private readonly BenchStore _store;
    private readonly BareRows _rows;
    private readonly BareLoad _http;
    private readonly BareLoad _accepting;
    private readonly ReadOnlyMemory<byte>[] _payloads;

    private BareLimits(BenchStore store, BareRows rows, BareLoad http, BareLoad accepting, ReadOnlyMemory<byte>[] payloads) =>
        (_store, _rows, _http, _accepting, _payloads) = (store, rows, http, accepting, payloads);

    public static async Task<BareLimits> StartAsync(Options options)
    {
        var store = await BenchStore.OpenAsync(options.Store, options.Lanes);
        await store.Journal.DisposeAsync();
        var place = new BarePlace(options.Store, store.Place, options.Lanes);
        return new BareLimits(
            store,
            await BareRows.OpenAsync(place),
            await BareLoad.StartAsync(options, null),
            await BareLoad.StartAsync(options, place),
            [.. Enumerable.Range(0, BareRows.Most).Select(_ => Noise(options.Body))]);
    }

    /// <summary>Requests that an endpoint answers that does nothing else.</summary>
    public Task<double> HttpPerSecondAsync(TimeSpan duration) => _http.PerSecondAsync(duration);

    /// <summary>Requests that an endpoint answers that stores each as one row before, many in a transaction.</summary>
    public Task<double> AcceptedPerSecondAsync(TimeSpan duration) => _accepting.PerSecondAsync(duration);

    /// <summary>Rows that a loop on each lane inserts, 1,000 in a transaction.</summary>
    public async Task<double> RowsPerSecondAsync(TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, _rows.Lanes).Select(lane => Task.Run(async () =>
        {
            var done = 0L;
            for (; clock.Elapsed < duration; done += _payloads.Length)
                await _rows.InsertAsync(lane, _payloads);
            return done;
        })));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _accepting.DisposeAsync();
        await _http.DisposeAsync();
        await _rows.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static ReadOnlyMemory<byte> Noise(int bytes)
    {
        var noise = new byte[bytes];
        Random.Shared.NextBytes(noise);
        return noise;
    }
}
