using System.Net.WebSockets;
using System.Text.Json;

namespace Cluster.Benchmarks.Nodes;

/// <summary>
/// A worker that executes nothing: it reports every run at once as the real one would report a short run. What it costs
/// is little, so that the node's own part of a run can be measured.
/// </summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private const int Demand = 64;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private readonly WorkerSocket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private long _taken;
    private long _finished;
    private volatile bool _isLeaving;

    private ScriptedWorker(WorkerSocket socket)
    {
        _socket = socket;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Runs whose end the node has confirmed.</summary>
    /// <exception cref="BenchFailedException">The node refused a report: there will be no more.</exception>
    public long Finished => _loop.Exception?.InnerException is BenchFailedException failed ? throw failed : Volatile.Read(ref _finished);

    public static async Task<ScriptedWorker> ConnectAsync(BenchNode node)
    {
        var socket = await WorkerSocket.ConnectAsync(node, Demand, CancellationToken.None);
        await socket.SendAsync("demand", $$"""{"demand":{{Demand}}}""", CancellationToken.None);
        return new ScriptedWorker(socket);
    }

    /// <summary>Takes no more runs, and ends when those that it has are finished.</summary>
    public async Task LeaveAsync()
    {
        _isLeaving = true;
        await _socket.SendAsync("drain", """{"returned":[]}""", _stop.Token);

        // A claim that was under way may still bring a run.
        var seen = -1L;
        for (var quiet = 0; quiet < 5 && !_loop.IsCompleted; await Task.Delay(s_look))
        {
            var taken = Volatile.Read(ref _taken);
            quiet = taken == seen && taken == Finished ? quiet + 1 : 0;
            seen = taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
                await TakeAsync(await _socket.ReceiveAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The bench is over.
        }
        catch (WebSocketException)
        {
            // The node is gone; the bench finds that its runs do not end.
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> frame)
    {
        if (WorkerSocket.IsRun(frame))
            await ReportAsync(frame);
        else if (WorkerSocket.IsStored(frame))
            Interlocked.Increment(ref _finished);
        else if (WorkerSocket.IsRefusal(frame))
            throw WorkerSocket.Refusal(frame);
    }

    private async Task ReportAsync(ReadOnlyMemory<byte> frame)
    {
        using var document = JsonDocument.Parse(frame);
        await _socket.SendAsync("run:events", ScriptedReport.Of(document.RootElement[4]), _stop.Token);
        if (Interlocked.Increment(ref _taken) % (Demand / 2) == 0 && !_isLeaving)
            await _socket.SendAsync("demand", $$"""{"demand":{{Demand / 2}}}""", _stop.Token);
    }
}
