using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Cluster.Benchmarks.Load;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Asks for one run after the other at a fixed rate, finishes each at once, and times how long the node takes to push it.</summary>
internal sealed class PacedWorker : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly WorkerSocket _socket;
    private readonly ConcurrentQueue<long> _asked = new();
    private readonly LatencyHistogram _latencies = new();

    private PacedWorker(WorkerSocket socket) => _socket = socket;

    /// <returns>Times from demand to push. All runs are finished.</returns>
    public static async Task<LatencyHistogram> TakeAsync(BenchNode node, int claims, double perSecond)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(claims / perSecond) + s_patience);
        using var worker = new PacedWorker(await WorkerSocket.ConnectAsync(node, claims, limit.Token));
        try
        {
            await Task.WhenAll(worker.AskAsync(claims, perSecond, limit.Token), worker.FinishAsync(claims, limit.Token));
        }
        catch (OperationCanceledException)
        {
            throw new BenchFailedException($"{worker._latencies.Count} runs came for {claims} that were asked for");
        }

        return worker._latencies;
    }

    public void Dispose() => _socket.Dispose();

    private async Task AskAsync(int claims, double perSecond, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < claims; i++)
        {
            var early = TimeSpan.FromSeconds(i / perSecond) - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, cancellationToken);
            _asked.Enqueue(Stopwatch.GetTimestamp());
            await _socket.SendAsync("demand", """{"demand":1}""", cancellationToken);
        }
    }

    /// <summary>The first push answers the first demand.</summary>
    private async Task FinishAsync(int claims, CancellationToken cancellationToken)
    {
        for (var finished = 0; finished < claims;)
        {
            var frame = await _socket.ReceiveAsync(cancellationToken);
            if (WorkerSocket.IsRun(frame))
                await ReportAsync(frame, cancellationToken);
            else if (WorkerSocket.IsStored(frame))
                finished++;
            else if (WorkerSocket.IsRefusal(frame))
                throw WorkerSocket.Refusal(frame);
        }
    }

    private async Task ReportAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (!_asked.TryDequeue(out var asked))
            throw new BenchFailedException("a run came that was not asked for");
        _latencies.Add(Stopwatch.GetElapsedTime(asked));
        using var document = JsonDocument.Parse(frame);
        await _socket.SendAsync("run:events", ScriptedReport.Of(document.RootElement[4]), cancellationToken);
    }
}
