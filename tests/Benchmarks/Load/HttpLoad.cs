using System.Diagnostics;

namespace Cluster.Benchmarks.Load;

/// <summary>What a burst of requests gave.</summary>
internal sealed record LoadResult(long Accepted, long Refused, TimeSpan Took, LatencyHistogram Latencies)
{
    public double AcceptedPerSecond => Accepted / Took.TotalSeconds;
}

/// <summary>Sends one request over many connections.</summary>
internal sealed class HttpLoad : IDisposable
{
    private readonly HttpConnection[] _connections;
    private readonly byte[] _request;
    private long _left;

    private HttpLoad(HttpConnection[] connections, byte[] request)
    {
        _connections = connections;
        _request = request;
    }

    public static async Task<HttpLoad> ConnectAsync(Uri node, int connections, byte[] request)
    {
        var load = new HttpLoad([.. Enumerable.Range(0, connections).Select(_ => new HttpConnection())], request);
        await Task.WhenAll(load._connections.Select(connection => connection.ConnectAsync(node)));
        return load;
    }

    /// <summary>Every connection sends its next request when it has its answer.</summary>
    /// <param name="requests">All connections together stop after so many.</param>
    public Task<LoadResult> FullAsync(TimeSpan duration, long requests = long.MaxValue)
    {
        _left = requests;
        return RunAsync((connection, _, result) => FullAsync(connection, result, duration));
    }

    /// <summary>
    /// Requests are due at a fixed rate, whatever the node does. One that could not leave in time because its connection
    /// still waited counts from when it was due: a stall is not hidden by the load that it holds up.
    /// </summary>
    public Task<LoadResult> PacedAsync(TimeSpan duration, double perSecond) =>
        RunAsync((connection, index, result) => PacedAsync(connection, index, result, duration, perSecond));

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }

    private async Task<LoadResult> RunAsync(Func<HttpConnection, int, Tally, Task> run)
    {
        var clock = Stopwatch.StartNew();
        var tallies = _connections.Select(_ => new Tally()).ToArray();
        await Task.WhenAll(_connections.Select((connection, index) => Task.Run(() => run(connection, index, tallies[index]))));
        var took = clock.Elapsed;
        var latencies = new LatencyHistogram();
        foreach (var tally in tallies)
            latencies.Add(tally.Latencies);
        return new LoadResult(latencies.Count, tallies.Sum(tally => tally.Refused), took, latencies);
    }

    private async Task FullAsync(HttpConnection connection, Tally tally, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        while (Interlocked.Decrement(ref _left) >= 0 && Stopwatch.GetElapsedTime(start) < duration)
        {
            var sent = Stopwatch.GetTimestamp();
            tally.Add(await connection.CallAsync(_request), Stopwatch.GetElapsedTime(sent));
        }
    }

    private async Task PacedAsync(HttpConnection connection, int index, Tally tally, TimeSpan duration, double perSecond)
    {
        var interval = TimeSpan.FromSeconds(_connections.Length / perSecond);
        var due = interval * index / _connections.Length;
        for (var start = Stopwatch.GetTimestamp(); due < duration; due += interval)
        {
            var early = due - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
                early = TimeSpan.Zero;
            }

            var sent = Stopwatch.GetTimestamp();
            tally.Add(await connection.CallAsync(_request), Stopwatch.GetElapsedTime(sent) - early);
        }
    }

    private sealed class Tally
    {
        public LatencyHistogram Latencies { get; } = new();

        public long Refused { get; private set; }

        public void Add(int status, TimeSpan latency)
        {
            if (status == 200)
                Latencies.Add(latency);
            else
                Refused++;
        }
    }
}
