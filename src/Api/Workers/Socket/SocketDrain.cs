using Api.Hosting;
using Cluster.Sharding;

namespace Api.Workers.Socket;

/// <summary>
/// A node that stops keeps the sockets of its workers open while they report what they still execute: until a worker
/// holds nothing any more, and no longer than the drain time. A node that was declared down has nobody to report to.
/// </summary>
internal sealed class SocketDrain(
    Executions executions, NodeSettings settings, IHostApplicationLifetime lifetime, TimeProvider time, ClusterState state)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>Cancels <paramref name="stop"/> when the node stops and the session's worker has finished.</summary>
    public IDisposable Watch(WorkerSession session, CancellationTokenSource stop) =>
        lifetime.ApplicationStopping.Register(() => _ = DrainAsync(session, stop));

    private async Task DrainAsync(WorkerSession session, CancellationTokenSource stop)
    {
        try
        {
            var began = time.GetTimestamp();
            var looksWithout = 0;

            // The answer to a last report leaves after its execution has gone: one look without one is not enough.
            while (looksWithout < 2 && !state.WasDeclaredDown && time.GetElapsedTime(began) < settings.Worker.Drain)
            {
                await Task.Delay(Every, time, stop.Token).ConfigureAwait(false);
                looksWithout = executions.Any(session) ? 0 : looksWithout + 1;
            }

            await stop.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The socket ended by itself meanwhile.
        }
    }
}
