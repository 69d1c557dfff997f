using System.Collections.Concurrent;
using EndToEnd.Kit;

namespace EndToEnd.Chaos.Protocol;

/// <summary>
/// Behaves on the wire as OpenFn's ws-worker does (openfn-protocol 2, 4, 5 and 10.4), with shorter waits: claims while it has room, keeps
/// its run channels over reconnects, sends what was not sent when the connection died, and never again what was.
/// </summary>
internal sealed class OpenFnWorker(string id, int capacity, string secret, Func<Uri> nextNode, FleetFigures figures) : IDisposable
{
    private static readonly TimeSpan MostIdle = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Guid, OpenFnRun> _runs = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private volatile TaskCompletionSource<PhoenixSocket> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until it is told to stop and has finished what it has.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested || !_runs.IsEmpty)
        {
            using var socket = new PhoenixSocket(Hear);
            try
            {
                await socket.ConnectAsync(nextNode(), WorkerPeer.TokenOf(secret, id), CancellationToken.None);
                await ServeAsync(socket, stop);
            }
            catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or HttpRequestException or IOException)
            {
                // The node does not answer: another may.
            }

            if (_connected.Task.IsCompleted) _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await Task.Delay(200, CancellationToken.None);
        }
    }

    public void Dispose() => _wake.Dispose();

    /// <summary>The connection on which the run's channel is joined, as soon as there is one.</summary>
    public Task<PhoenixSocket> ConnectedAsync() => _connected.Task;

    private async Task ServeAsync(PhoenixSocket socket, CancellationToken stop)
    {
        var join = socket.NextReference();
        if (await socket.PushAsync(join, "worker:queue", "phx_join", Capacity(), join) is not { IsOk: true }) return;
        foreach (var run in _runs.Values) await run.RejoinAsync(socket);
        _connected.TrySetResult(socket);
        var beating = BeatAsync(socket);
        while (!socket.Ended.IsCompleted && (!stop.IsCancellationRequested || !_runs.IsEmpty))
        {
            var claimed = !stop.IsCancellationRequested && _runs.Count < capacity && await ClaimAsync(socket, join);
            if (!claimed) await Task.WhenAny(_wake.WaitAsync(MostIdle, CancellationToken.None), socket.Ended);
        }

        if (!socket.Ended.IsCompleted) await socket.PushAsync(join, "worker:queue", "phx_leave", new { });
        socket.Dispose();
        await beating;
    }

    private object Capacity() => new { capacity, queues = new Dictionary<string, int> { ["manual>*"] = capacity } };

    private async Task<bool> ClaimAsync(PhoenixSocket socket, string join)
    {
        var reply = await socket.PushAsync(
            join, "worker:queue", "claim", new { demand = 1, worker_name = (string?)null, queues = new[] { "manual", "*" } });
        if (reply is not { IsOk: true }) return false;
        var runs = reply.Response!["runs"]!.AsArray();
        foreach (var given in runs)
        {
            var run = new OpenFnRun(this, Guid.Parse((string)given!["id"]!), (string)given["token"]!, figures);
            _runs[run.Id] = run;
            _ = ExecuteAsync(run, socket);
        }

        return runs.Count > 0;
    }

    private async Task ExecuteAsync(OpenFnRun run, PhoenixSocket socket)
    {
        try
        {
            await run.ExecuteAsync(socket);
        }
        catch (Exception e)
        {
            figures.Failed(e);
        }
        finally
        {
            _runs.TryRemove(run.Id, out _);
            Wake();
        }
    }

    private static async Task BeatAsync(PhoenixSocket socket)
    {
        while (!socket.Ended.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(5_000), socket.Ended);
            if (!socket.Ended.IsCompleted) await socket.PushAsync(null!, "phoenix", "heartbeat", new { });
        }
    }

    private void Hear(string topic, string name)
    {
        if (name == "work-available") Wake();
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Woken already.
        }
    }
}

/// <summary>What all workers of a test did.</summary>
internal sealed class FleetFigures
{
    private readonly ConcurrentQueue<string> _failures = new();
    private int _completed;
    private int _abandoned;

    public int Completed => _completed;

    public int Abandoned => _abandoned;

    /// <summary>What no worker should ever see.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public void Complete() => Interlocked.Increment(ref _completed);

    public void Abandon() => Interlocked.Increment(ref _abandoned);

    public void Failed(Exception cause) => _failures.Enqueue(cause.ToString());

    public void Failed(string what) => _failures.Enqueue(what);
}
