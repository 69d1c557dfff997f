using System.Collections.Concurrent;
using EndToEnd.Kit;

namespace EndToEnd.Sharing;

/// <summary>Workers from outside that execute each run for a moment. One whose node died goes on at another, with what it held.</summary>
internal sealed class Crew : IAsyncDisposable
{
    private const string Time = "1700000000000000";
    private static readonly object s_start = new { type = "run:start", timestamp = Time };
    private static readonly object s_end = new { type = "run:complete", reason = "success", timestamp = Time };
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(200);
    private readonly ClusterSite _site;
    private readonly TimeSpan _longest;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<WorkerPeer, byte> _peers = new();
    private readonly Task[] _loops;

    /// <param name="longest">Of executing a run.</param>
    public Crew(ClusterSite site, int perNode, TimeSpan longest)
    {
        (_site, _longest) = (site, longest);
        _loops = [.. Enumerable.Range(0, perNode * site.Nodes.Count).Select(number => WorkAsync(number))];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var peer in _peers.Keys) peer.Socket.Abort();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task WorkAsync(int number)
    {
        var token = WorkerPeer.TokenOf(_site.WorkerSecret, $"crew-{number}");
        var held = new Held();
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            try
            {
                await Task.Delay(50, _stop.Token);
                var running = _site.Nodes.Where(node => node.IsRunning).ToArray();
                if (running.Length == 0) continue;
                await using var peer = await WorkerPeer.ConnectAsync(running[(number + turn) % running.Length].Address, token);
                _peers[peer] = 0;
                await WorkAsync(peer, held);
            }
            catch (Exception) when (!_stop.IsCancellationRequested)
            {
                // The node is gone, or said nothing for long: another one.
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    private async Task WorkAsync(WorkerPeer peer, Held held)
    {
        var joined = await peer.JoinAsync(held.Run is { } run ? [new { run_id = run, attempt = held.Attempt }] : []);
        if (joined["response"]!["drop"]!.AsArray().Count > 0) held.Run = null;
        if (held.Run is null) await peer.PushAsync("demand", new { demand = 1 });
        while (true)
        {
            if (held.Run is null)
            {
                var pushed = await peer.NextPushAsync("run");
                (held.Run, held.Attempt) = (pushed["run_id"]!.GetValue<Guid>(), (int)pushed["attempt"]!);
                await Task.Delay(_longest * Random.Shared.NextDouble(), _stop.Token);
            }

            await ReportAsync(peer, held.Run.Value, held.Attempt);
            held.Run = null;
            await peer.PushAsync("demand", new { demand = 1 });
        }
    }

    /// <summary>What could not be stored is reported again, until it is or the attempt is over: a worker that forgets a run
    /// and stays connected keeps it from everybody.</summary>
    private async Task ReportAsync(WorkerPeer peer, Guid run, int attempt)
    {
        while ((string?)(await peer.ReportAsync(run, attempt, 0, s_start, s_end))["response"]?["reason"] == "overloaded")
        {
            await Task.Delay(s_again, _stop.Token);
        }
    }

    private sealed class Held
    {
        public Guid? Run { get; set; }

        public int Attempt { get; set; }
    }
}
