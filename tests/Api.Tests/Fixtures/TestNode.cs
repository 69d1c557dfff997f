using System.Net.Http.Headers;
using Api.Accounts;
using Api.Hosting;
using Api.Keys;
using Api.Perimeter;
using Api.Security;
using Api.Workers;
using Cluster.Entities;
using Cluster.Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Api.Tests.Fixtures;

/// <summary>A real node on a free port with a store of its own; without workers.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly NodeStore _store;
    private readonly WebApplication _app;
    private readonly bool _isMember;

    private TestNode(TempFolder folder, NodeStore store, WebApplication app, string token, bool isMember)
    {
        (_folder, _store, _app, Token, _isMember) = (folder, store, app, token, isMember);
        var address = new Uri(app.Urls.First(url => !url.StartsWith("http://unix:", StringComparison.Ordinal)));
        Open = new HttpClient { BaseAddress = address };
        Client = As(token);
    }

    public string Token { get; }

    /// <summary>Shown by a node that makes its own; empty if the cluster was set up before.</summary>
    public string SetupToken { get; private init; } = "";

    /// <summary>Speaks as the first super user, with an API token.</summary>
    public HttpClient Client { get; }

    /// <summary>Speaks without a token.</summary>
    public HttpClient Open { get; }

    public IServiceProvider Services => _app.Services;

    public IEntities Entities => Services.GetRequiredService<IEntities>();

    /// <param name="token">Of another node of the same cluster; null for a cluster that has to be set up.</param>
    /// <param name="isSetUp">Whether the first super user is made.</param>
    internal static async Task<TestNode> StartAsync(
        Func<NodeSettings, NodeSettings>? change = null, Action<IServiceCollection>? services = null, string? token = null,
        bool isSetUp = true)
    {
        var folder = new TempFolder();
        var settings = NodeSettings.Default with
        {
            DataDir = folder.Path,
            Worker = NodeSettings.Default.Worker with { Enabled = false },
            // Matrices of refusals are many calls from one address.
            Http = HttpSettings.Default with { Perimeter = PerimeterSettings.Default with { AnonymousRate = 100_000 } },
        };
        settings = change?.Invoke(settings) ?? settings;
        settings = settings with { Keys = settings.Keys with { SecondShareFile = KeyShares.Make(settings.KeysFolder) } };
        var shown = new StringWriter();
        if (token is null) new SetupToken(settings).Offer(shown);
        var store = await NodeStore.OpenAsync(settings, CancellationToken.None);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls((settings.Http with { Port = 0 }).Url);
        builder.Logging.ClearProviders();
        var keys = await NodeKeys.OpenAsync(settings, store, NullLogger.Instance, CancellationToken.None);
        builder.AddEngine(store, settings).AddApi(settings).AddWorkers().AddNodeKeys(store, keys);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseApi();
        app.MapGuarded().MapApi();
        app.CheckRoutes();
        await app.StartAsync();
        var setupToken = shown.ToString().Split(' ')[^1].Trim();
        if (isSetUp) token ??= await FirstUser.ApiTokenAsync(new Uri(app.Urls.First()), setupToken);
        return new TestNode(folder, store, app, token ?? "", settings.Store.Type == StoreType.Postgres) { SetupToken = setupToken };
    }

    /// <summary>A client that speaks with a token; whoever asks for it disposes it.</summary>
    public HttpClient As(string token)
    {
        var client = new HttpClient { BaseAddress = Open.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>As SIGTERM ends a node: in order, everything finished or handed over. Cancelling ends every wait of the stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <summary>A member of a cluster leaves it first: nothing of it may use a session that is being closed.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Open.Dispose();
        var isStopped = Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.IsCancellationRequested;
        if (_isMember && !isStopped) await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
