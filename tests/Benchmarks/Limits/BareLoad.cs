using Cluster.Benchmarks.Load;
using Cluster.Kit;

namespace Cluster.Benchmarks.Limits;

/// <summary>A bare endpoint under the load that a node gets.</summary>
internal sealed class BareLoad(ChildProcess child, HttpLoad load) : IAsyncDisposable
{
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(2);

    public static async Task<BareLoad> StartAsync(Options options, BarePlace? place)
    {
        var (child, url) = await BareEndpoint.StartChildAsync(place);
        var load = await HttpLoad.ConnectAsync(url, options.Connections, WebhookRequest.Make(url, Guid.Empty, options.Body));
        await load.FullAsync(s_warming);
        return new BareLoad(child, load);
    }

    public async Task<double> PerSecondAsync(TimeSpan duration) => (await load.FullAsync(duration)).AcceptedPerSecond;

    public async ValueTask DisposeAsync()
    {
        load.Dispose();
        await child.DisposeAsync();
    }
}
