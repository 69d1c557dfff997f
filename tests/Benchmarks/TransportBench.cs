using System.Buffers;
using System.Diagnostics;
using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;
using Cluster.Transport;

namespace Cluster.Benchmarks;

/// <summary>Calls per second from this process to another one over one connection, both on this machine's cores.</summary>
internal static class TransportBench
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        var (child, port) = await BenchPeer.StartChildAsync();
        await using (child)
        await using (var peers = await BenchPeer.StartAsync(BenchPeer.Caller, port))
        {
            await LoadAsync(peers, options, s_warmUp);
            for (var round = 1; round <= options.Rounds; round++)
            {
                BenchReport.Say($"round {round} of {options.Rounds}");
                await MeasureAsync(peers, child.Id, options, report);
            }
        }
    }

    private static async Task MeasureAsync(Peers peers, int child, Options options, BenchReport report)
    {
        var (own, other, clock) = (ProcessFigures.Cpu(Environment.ProcessId), ProcessFigures.Cpu(child), Stopwatch.StartNew());
        var latencies = await LoadAsync(peers, options, options.Duration);
        var seconds = clock.Elapsed.TotalSeconds;
        report.Add("calls_per_s", latencies.Count / seconds);
        report.Add("caller_cpu_us", (ProcessFigures.Cpu(Environment.ProcessId) - own).TotalMicroseconds / latencies.Count);
        report.Add("peer_cpu_us", (ProcessFigures.Cpu(child) - other).TotalMicroseconds / latencies.Count);
        report.Add("p50_ms", latencies.Milliseconds(0.5));
        report.Add("p99_ms", latencies.Milliseconds(0.99));
    }

    private static async Task<LatencyHistogram> LoadAsync(Peers peers, Options options, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var callers = Enumerable.Range(0, options.Connections)
            .Select(_ => Task.Run(() => CallAsync(peers, new byte[options.Body], clock, duration)));
        var all = new LatencyHistogram();
        foreach (var latencies in await Task.WhenAll(callers))
            all.Add(latencies);
        return all;
    }

    private static async Task<LatencyHistogram> CallAsync(Peers peers, byte[] body, Stopwatch clock, TimeSpan duration)
    {
        var latencies = new LatencyHistogram();
        while (clock.Elapsed < duration)
        {
            var start = Stopwatch.GetTimestamp();
            using var reply = await peers.AskAsync(
                BenchPeer.Echo, 0, body, static (writer, state) => writer.Write(state), s_timeout, CancellationToken.None);
            if (reply.Payload.Length != body.Length)
                throw new BenchFailedException($"a call ended as {reply.Status}: {reply.Reason}");
            latencies.Add(Stopwatch.GetElapsedTime(start));
        }

        return latencies;
    }
}
