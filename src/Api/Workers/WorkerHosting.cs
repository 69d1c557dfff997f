using Actors.Dispatch;
using Api.Dispatch;
using Api.Hosting;
using Api.ReadModels;
using Api.Workers.OpenFn;
using Api.Workers.Scrubbing;
using Api.Workers.Socket;
using Api.Workers.Streamed;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Workers;

/// <summary>Registers dispatch and all that has to do with workers.</summary>
internal static class WorkerHosting
{
    private const int WorkflowsCached = 2_000;

    /// <summary>From the end of the longest claim until it is surely to be seen in the read model.</summary>
    private static readonly TimeSpan ClaimMargin = TimeSpan.FromSeconds(2);

    private static readonly WorkerSocketBounds Socket = new(
        MaxFrameBytes: 32 << 20, Silence: TimeSpan.FromSeconds(65), Frames: 4_096, Bytes: 64 << 20, Topics: 1_000, ReportsInFlight: 256);

    public static WebApplicationBuilder AddWorkers(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<HostOptions>().Configure<NodeSettings>(
            static (host, settings) => host.ShutdownTimeout = settings.StopTime);
        builder.Services
            .AddSingleton(static provider => WorkerSecret.FromSettings(provider.GetRequiredService<NodeSettings>()))
            .AddSingleton(static provider => new WorkerTokens(provider.GetRequiredService<WorkerSecret>().Bytes))
            .AddSingleton(static provider => new WorkflowCache(provider.GetRequiredService<RunInputs>(), WorkflowsCached))
            .AddSingleton(static provider => new Leases(
                provider.GetRequiredService<IEntities>(),
                provider.GetRequiredService<ShardGate>(),
                provider.GetRequiredService<NoticeBoard>(),
                provider.GetRequiredService<NodeSettings>().Worker.LeaseGrace,
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(static provider => provider.GetRequiredService<NodeSettings>().Engine.Dispatch)
            .AddSingleton(Socket)
            .AddSingleton<Backlogs>()
            .AddSingleton<CredentialBodies>()
            .AddSingleton<RunMaterial>()
            .AddSingleton<RunScrubbers>()
            .AddSingleton<Lending>()
            .AddSingleton<HomeLimits>()
            .AddSingleton(static provider => ActivatorUtilities.CreateInstance<SpreadRuns>(
                provider, provider.GetRequiredService<NodeSettings>().Engine.Entities.AskTimeout + ClaimMargin))
            .AddSingleton<Admissions>()
            .AddSingleton<OwnClaims>()
            .AddSingleton(static provider => ActivatorUtilities.CreateInstance<Loans>(
                provider, provider.GetRequiredService<NodeSettings>().Engine.Entities))
            .AddSingleton(static provider => new ReadyRuns(
                new ReadyQueue(
                    provider.GetRequiredService<DispatchSettings>().Window,
                    provider.GetRequiredService<HomeLimits>().LimitsOf),
                provider.GetRequiredService<Lending>(),
                provider.GetRequiredService<ShardGate>(),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<Executions>()
            .AddSingleton<LeaseRenewal>()
            .AddSingleton<Claims>()
            .AddSingleton<Borrowing>()
            .AddSingleton<Dispatcher>()
            .AddSingleton<ShardAdoption>()
            .AddSingleton<SocketDrain>()
            .AddSingleton<ConnectedWorkers>()
            .AddSingleton<WorkNews>()
            .AddSingleton<RunTokenKeys>()
            .AddSingleton<RunTokens>()
            .AddSingleton<StreamedParts>()
            .AddSingleton<RunParts>()
            .AddSingleton<RunJoins>()
            .AddSingleton(Claiming)
            .AddSingleton<WorkerChannels>()
            .AddSingleton<WorkerEndpoint>()
            .AddHostedService<DispatchLoop>()
            .AddHostedService<LeaseKeeper>()
            .AddHostedService<DelayedRuns>()
            .AddHostedService<WorkerProcess>();
        return builder;
    }

    private static ClaimParts Claiming(IServiceProvider provider) => new(
        provider.GetRequiredService<ReadyRuns>(),
        provider.GetRequiredService<Borrowing>(),
        provider.GetRequiredService<Executions>(),
        provider.GetRequiredService<WorkNews>(),
        provider.GetRequiredService<RunTokens>(),
        provider.GetRequiredService<IEntities>(),
        provider.GetRequiredService<NodeSettings>().Worker.JoinTimeout,
        provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<ClaimChannel>>());
}

/// <summary>Takes up the work of this node's shards, and dispatches until the node stops.</summary>
internal sealed class DispatchLoop(
    Dispatcher dispatcher, ShardAdoption adoption, SpreadRuns spread, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // While workers finish what they have, nothing new begins.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await Task.WhenAll(adoption.RunAsync(stoppingToken), spread.RunAsync(stoppingToken), dispatcher.RunAsync(stop.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The node stops.
        }
    }
}
