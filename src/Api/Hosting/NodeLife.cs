using Api.Keys;
using Api.Security;
using Api.Workers;
using Cluster.Sealing;
using Cluster.Sharding;

namespace Api.Hosting;

/// <summary>Runs a node: sealed as long as shares of the master key are missing, then full, in the same process and on the same port.</summary>
internal static class NodeLife
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, NodeSettings settings)
    {
        while (true)
        {
            await using var store = await NodeStore.OpenAsync(settings, CancellationToken.None);
            var builder = NodeHosting.CreateBuilder(args);
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.ReadSettings();
            await using var app = await BuildAsync(builder, settings, store);
            await app.StartAsync();
            settings = settings with { Http = settings.Http with { Port = PortOf(app) } };
            await app.WaitForShutdownAsync();
            if (app.Services.GetRequiredService<Seal>().IsLifted || app.Services.GetService<KeyWatch>() is { Fault: not null }) continue;
            return await ExitCodes.OfAsync(app.Services.GetRequiredService<ClusterState>());
        }
    }

    private static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder, NodeSettings settings, NodeStore store)
    {
        builder.WebHost.UseUrls(settings.Http.Url);
        var keys = await OpenKeysAsync(builder, settings, store);
        builder.AddEngine(store, settings).AddApi(settings).AddWorkers().AddNodeKeys(store, keys);
        var app = builder.Build();
        CoreDumps.Warn(app.Logger);
        app.UseApi();
        app.MapGuarded().MapApi();
        if (keys.Ring is not null) app.CheckRoutes();
        return app;
    }

    private static async Task<NodeKeys> OpenKeysAsync(WebApplicationBuilder builder, NodeSettings settings, NodeStore store)
    {
        using var logging = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
        return await NodeKeys.OpenAsync(settings, store, logging.CreateLogger<NodeKeys>(), CancellationToken.None);
    }

    /// <summary>One that was chosen by the system stays the node's.</summary>
    private static int PortOf(WebApplication app) =>
        app.Urls.Where(static url => !url.StartsWith("http://unix:", StringComparison.Ordinal)).Select(static url => new Uri(url).Port).First();
}
