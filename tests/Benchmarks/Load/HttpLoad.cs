using System.Diagnostics;

namespace Cluster.Benchmarks.Load;

/// <summary>What a burst of requests gave.</summary>
/// <param name="Unknown">Answers that leave open whether something was stored.</param>
/// <param name="Latencies">Of what was accepted.</param>
internal sealed record LoadResult(TimeSpan Took, LatencyHistogram Latencies, LatencyHistogram Refusals, long Unknown)
{
    public long Accepted => Latencies.Count;

    public long Refused => Refusals.Count;

    public double AcceptedPerSecond => Accepted / Took.TotalSeconds;

    public double OfferedPerSecond => (Accepted + Refused + Unknown) / Took.TotalSeconds;
}

/// <summary>Sends requests, most often one and the same, over many connections.</summary>
internal sealed class HttpLoad : IDisposable
{
    private static readonly Task s_never = new TaskCompletionSource().Task;
    private readonly HttpConnection[] _connections;
    private readonly IReadOnlyList<byte[]> _requests;
    private long _left;
    private int _sent;

    private HttpLoad(HttpConnection[] connections, IReadOnlyList<byte[]> requests)
    {
        _connections = connections;
        _requests = requests;
    }

    public static Task<HttpLoad> ConnectAsync(Uri node, int connections, byte[] request) => ConnectAsync([node], connections, [request]);

    /// <summary>Connections go to the nodes in turn.</summary>
    /// <param name="requests">Sent in turn.</param>
    public static async Task<HttpLoad> ConnectAsync(IReadOnlyList<Uri> nodes, int connections, IReadOnlyList<byte[]> requests)
    {
        var load = new HttpLoad([.. Enumerable.Range(0, connections).Select(_ => new HttpConnection())], requests);
        await Task.WhenAll(load._connections.Select((connection, index) => connection.ConnectAsync(nodes[index % nodes.Count])));
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
    /// still waited counts from when it was due: a stall is not hidden by the load that it holds up. What is still due when
    /// the time is over is not sent.
    /// </summary>
    /// <param name="end">Ends it before the time is over.</param>
    public Task<LoadResult> PacedAsync(TimeSpan duration, double perSecond, Task? end = null) =>
        RunAsync((connection, index, result) => PacedAsync(connection, index, result, duration, perSecond, end ?? s_never));

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
        var (accepted, refused) = (new LatencyHistogram(), new LatencyHistogram());
        foreach (var tally in tallies)
        {
            accepted.Add(tally.Accepted);
            refused.Add(tally.Refused);
        }

        return new LoadResult(took, accepted, refused, tallies.Sum(tally => tally.Unknown));
    }

    private byte[] Next() => _requests.Count == 1 ? _requests[0] : _requests[(int)((uint)Interlocked.Increment(ref _sent) % _requests.Count)];

    private async Task FullAsync(HttpConnection connection, Tally tally, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        while (Interlocked.Decrement(ref _left) >= 0 && Stopwatch.GetElapsedTime(start) < duration)
        {
            var sent = Stopwatch.GetTimestamp();
            tally.Add(await connection.CallAsync(Next()), Stopwatch.GetElapsedTime(sent));
        }
    }

    private async Task PacedAsync(HttpConnection connection, int index, Tally tally, TimeSpan duration, double perSecond, Task end)
    {
        var interval = TimeSpan.FromSeconds(_connections.Length / perSecond);
        var due = interval * index / _connections.Length;
        var start = Stopwatch.GetTimestamp();
        for (var elapsed = TimeSpan.Zero; due < duration && elapsed < duration && !end.IsCompleted; due += interval)
        {
            elapsed = Stopwatch.GetElapsedTime(start);
            var early = due - elapsed;
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
                early = TimeSpan.Zero;
            }

            var sent = Stopwatch.GetTimestamp();
            tally.Add(await connection.CallAsync(Next()), Stopwatch.GetElapsedTime(sent) - early);
        }
    }

    private sealed class Tally
    {
        private const int OutcomeUnknown = 504;

        public LatencyHistogram Accepted { get; } = new();

        public LatencyHistogram Refused { get; } = new();

        public long Unknown { get; private set; }

        public void Add(int status, TimeSpan latency)
        {
            switch (status)
            {
                case HttpConnection.Accepted: Accepted.Add(latency); break;
                case HttpConnection.Refused: Refused.Add(latency); break;
                case OutcomeUnknown: Unknown++; break;
                default: throw new BenchFailedException($"a request was answered with {status}");
            }
        }
    }
}
